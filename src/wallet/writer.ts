/**
 * The one way to change the store. A decision is taken inside the transaction that carries it out, under the write lock and
 * with a fence: a tab that was frozen while another took over is turned away, takes a new fence and decides again.
 * Must never write into an empty database that replaced the wallet's one, nor what is about one device into the wallet of another.
 */
import { err, ok, type Result } from '#base/result.ts';
import type { Core } from './core.ts';
import type { StorageError, WalletTx } from './ports.ts';

export async function write<T>(core: Core, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>> {
  // As it is now: what is written was found out for this device, whichever comes while it waits for its turn.
  const deviceId = core.memory.identity?.deviceId;
  const guarded = async (tx: WalletTx): Promise<Result<T, StorageError>> => {
    const held = await tx.identity();
    if (held === undefined) return err('STORAGE_CLEARED');
    return held.deviceId === deviceId ? ok(await work(tx)) : err('NOT_WRITER');
  };
  const done = await writeUnguarded(core, guarded);
  if (!done.ok) return done;
  if (!done.value.ok) {
    noticeStorageError(core, done.value.error);
    // The loop reads again whose wallet this is now.
    core.ring();
  }
  return done.value;
}

/** For the first write of all, which makes the identity row. */
export async function writeUnguarded<T>(core: Core, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>> {
  const first = await core.ports.lock.run('write', () => attempt(core, work));
  if (first.ok || first.error !== 'NOT_WRITER') return noticed(core, first);
  core.memory.fence = null;
  return noticed(core, await core.ports.lock.run('write', () => attempt(core, work)));
}

async function attempt<T>(core: Core, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>> {
  if (core.memory.fence === null) {
    const taken = await core.ports.store.takeFence();
    if (!taken.ok) return taken;
    core.memory.fence = taken.value;
  }
  return core.ports.store.write(core.memory.fence, work);
}

function noticed<T>(core: Core, result: Result<T, StorageError>): Result<T, StorageError> {
  if (result.ok) {
    core.memory.version += 1;
    core.changed();
  } else {
    noticeStorageError(core, result.error);
  }
  return result;
}

/** Some storage errors change what this wallet may show at all. The others change nothing: a snapshot that cannot be read would ask for itself without end. */
export function noticeStorageError(core: Core, error: StorageError): void {
  const { memory } = core;
  core.ports.log.warn('storage.error', { error });
  const before = memory.phase;
  if (error === 'STORAGE_CLEARED' && before === 'ready') memory.phase = 'cleared';
  if (error === 'STORAGE_OUTDATED') Object.assign(memory, { phase: 'blocked', blocked: error });
  if (memory.phase !== before) core.changed();
}
