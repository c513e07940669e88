/**
 * What the feed says of this device's purses, vouchers and claims, written where it belongs. The states move by the protocol's own
 * transitions; what another device signed has no row here and stays in the history.
 */
import { unreachable } from '#base/assert.ts';
import type { FeedChange } from '#protocol/http.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import { transitionVoucher, type VoucherEvent } from '#protocol/voucher-state.ts';
import type { ClaimFiled } from './claims.ts';
import { dropItems, fileAtTill, fileRefund } from './feed-till.ts';
import type { WalletTx } from './ports.ts';
import { filePurse } from './purse-news.ts';

/** 'conflict': it cannot be true beside what is stored; nothing was written. */
export type Filed = 'filed' | 'conflict';

export async function fileChange(tx: WalletTx, change: FeedChange, deviceId: string): Promise<Filed> {
  switch (change.kind) {
    case 'purse':
      await filePurse(tx, change.purse, deviceId, change.atMs);
      return 'filed';
    case 'voucher':
      return change.direction === 'out' ? fileVerdict(tx, change.vid, voucherEventOf(change.outcome)) : known(await fileAtTill(tx, change));
    case 'note':
      return change.direction === 'in' ? fileEvent(tx, change.vid, { kind: 'refunded', refundedMinor: change.refundedMinor }) : known(await fileRefund(tx, change));
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
  await dropItems(tx, vid);
  return event === null ? 'filed' : fileEvent(tx, vid, event);
}

/** What another till of the shop took is its own to tell. */
function known(filed: ClaimFiled): Filed {
  return filed === 'unknown' ? 'filed' : filed;
}

async function fileEvent(tx: WalletTx, vid: string, event: VoucherEvent): Promise<Filed> {
  const voucher = await tx.vouchers.get(vid);
  if (voucher === undefined) return 'filed';
  const move = transitionVoucher(voucher.state, event);
  if (move.kind === 'moved') await tx.vouchers.put({ ...voucher, state: move.state });
  return move.kind === 'conflict' ? 'conflict' : 'filed';
}
