/**
 * What a kill leaves that falls between two writes of Chromium's own: LevelDB writes each record of its log as a head and a body, and
 * only the head is there. Chance brings it once in some fifty kills of a phone that is just storing something; here it is put there.
 */
import { appendFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { Phone } from './phone.ts';

/** Checksum (of nothing that comes), length 0x0941, a whole record. */
const HEAD = Uint8Array.of(0xe3, 0x92, 0x92, 0xba, 0x41, 0x09, 0x01);

/** Of a phone that is off. */
export function tearStorageLog(phone: Phone): void {
  const disk = phone.keepDisk();
  const logs = globSync(join(disk, 'Default/IndexedDB/*.leveldb/*.log'));
  if (logs.length === 0) throw new Error('this phone has stored nothing');
  for (const log of logs) appendFileSync(log, HEAD);
  phone.putBack(disk);
}
