/**
 * What the feed says of this device's purses and vouchers, written where it belongs. The states move by the protocol's own
 * transitions; what another device signed has no row here and stays in the history.
 */
import { unreachable } from '#base/assert.ts';
import type { FeedChange } from '#protocol/http.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import { transitionVoucher, type VoucherEvent } from '#protocol/voucher-state.ts';
import type { WalletTx } from './ports.ts';
import { purseAfter } from './purse-head.ts';

/** 'conflict': it cannot be true beside what is stored; nothing was written. */
export type Filed = 'filed' | 'conflict';

export async function fileChange(tx: WalletTx, change: FeedChange, deviceId: string): Promise<Filed> {
  switch (change.kind) {
    case 'purse': {
      const after = purseAfter(await tx.purses.get(change.purse.id), change.purse, deviceId, change.atMs);
      if (after !== null) await tx.purses.put(after);
      return 'filed';
    }
    case 'voucher':
      return change.direction === 'out' ? fileVerdict(tx, change.vid, voucherEventOf(change.outcome)) : 'filed';
    case 'note':
      return fileEvent(tx, change.vid, { kind: 'refunded', refundedMinor: change.refundedMinor });
    case 'payment':
    case 'credit':
    case 'appeal':
      return 'filed';
    default:
      return unreachable(change);
  }
}

/** Null: the server has it, and nothing is decided. A claim that is held is the shop's wait, not the payer's. */
export function voucherEventOf(outcome: VoucherVerdict): VoucherEvent | null {
  switch (outcome.verdict) {
    case 'PAYER_REPORTED':
      return null;
    case 'SETTLED':
    case 'HELD':
      return { kind: 'settled', atMs: outcome.atMs };
    case 'REJECTED':
      return { kind: 'returned', atMs: outcome.atMs, code: outcome.reason };
    case 'VOIDED':
      return { kind: 'voided', atMs: outcome.atMs };
    default:
      return unreachable(outcome);
  }
}

/** The server has the voucher, so this phone need not bring it any more. */
export async function fileVerdict(tx: WalletTx, vid: string, event: VoucherEvent | null): Promise<Filed> {
  for (const row of await tx.outbox.all()) {
    if (row.kind === 'sync-item' && row.recordId === vid) await tx.outbox.delete(row.id);
  }
  return event === null ? 'filed' : fileEvent(tx, vid, event);
}

async function fileEvent(tx: WalletTx, vid: string, event: VoucherEvent): Promise<Filed> {
  const voucher = await tx.vouchers.get(vid);
  if (voucher === undefined) return 'filed';
  const move = transitionVoucher(voucher.state, event);
  if (move.kind === 'moved') await tx.vouchers.put({ ...voucher, state: move.state });
  return move.kind === 'conflict' ? 'conflict' : 'filed';
}
