/** May this wallet pay? Only a shopper's, and only one that is open. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Core } from './core.ts';
import type { IdentityRecord } from './records.ts';

export function shopper(core: Core): Result<IdentityRecord, ErrorCode> {
  const { phase, blocked, identity } = core.memory;
  if (phase === 'blocked' && blocked !== null) return err(blocked);
  if (phase === 'cleared') return err('STORAGE_CLEARED');
  if (phase !== 'ready' || identity === null) return err('NOT_SIGNED_IN');
  return identity.kind === 'shopper' ? ok(identity) : err('WRONG_MODE');
}
