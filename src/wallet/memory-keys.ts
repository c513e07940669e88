/** The keys of this device on a disk in memory: for unit tests and the simulator, beside memory-store.ts. */
import { fromBase64Url, type Bytes } from '#base/bytes.ts';
import { ok } from '#base/result.ts';
import type { Mac } from '#protocol/confirmation-code.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { inTurn, type MemoryDisk } from './memory-disk.ts';
import type { CodeKeys, DeviceKeys } from './ports.ts';

const allowed = async (): Promise<null> => null;

export function createMemoryKeys(disk: MemoryDisk, make: () => Es256Signer): DeviceKeys {
  return {
    load: async () => ok(disk.rows.keys.signer),
    async create() {
      const signer = make();
      return keep(disk, { signer }, signer);
    },
  };
}

export function createMemoryCodeKeys(disk: MemoryDisk, macOf: (key: Bytes) => Mac): CodeKeys {
  return {
    keep: (keyText) => keep(disk, { codeKey: fromBase64Url(keyText) }, undefined),
    async load() {
      const { codeKey } = disk.rows.keys;
      return ok(codeKey === null ? null : macOf(codeKey));
    },
  };
}

/** In turn, so that no transaction under way puts back the keys that it found. */
function keep<T>(disk: MemoryDisk, some: Partial<MemoryDisk['rows']['keys']>, value: T) {
  const commit = (): void => {
    disk.rows = { ...disk.rows, keys: { ...disk.rows.keys, ...some } };
  };
  return inTurn(disk, allowed, async () => ({ value, commit }));
}
