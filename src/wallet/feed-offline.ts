/**
 * What the feed says of this account's purses, vouchers and claims, written where it belongs. The states move by the protocol's own
 * transitions. A voucher that this device has not signed is another device's, and has its row too; if its purse is this device's, then
 * this device forgot it or was copied: the purse signs no more.
 */
import { unreachable } from '#base/assert.ts';
import type { FeedChange } from '#protocol/http.ts';
import type { FeedVoucher, PurseView, VoucherVerdict } from '#protocol/http-offline.ts';
import { transitionVoucher, type VoucherEvent } from '#protocol/voucher-state.ts';
import type { ClaimFiled } from './claims.ts';
import type { Core } from './core.ts';
import { dropItems, fileAtTill, fileRefund } from './feed-till.ts';
import type { WalletTx } from './ports.ts';
import { filePurse } from './purse-news.ts';
import { RECORD_SCHEMA } from './records.ts';

/** 'conflict': it cannot be true beside what is stored; nothing was written. */
export type Filed = 'filed' | 'conflict';

const NONE: ReadonlySet<PurseView> = new Set();

/** `genuine`: the purses whose certificates were checked before the transaction. */
export async function fileChange(core: Core, tx: WalletTx, change: FeedChange, genuine: ReadonlySet<PurseView> = NONE): Promise<Filed> {
  switch (change.kind) {
    case 'purse':
      await filePurse(tx, change.purse, { deviceId: core.memory.identity?.deviceId ?? '', atMs: change.atMs, genuine: genuine.has(change.purse) });
      return 'filed';
    case 'voucher':
      return change.direction === 'out' ? fileOwn(tx, change) : known(await fileAtTill(core, tx, change));
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

async function fileOwn(tx: WalletTx, change: FeedVoucher): Promise<Filed> {
  if ((await tx.vouchers.get(change.vid)) === undefined) await takeIn(tx, change);
  return fileVerdict(tx, change.vid, voucherEventOf(change.outcome));
}

async function takeIn(tx: WalletTx, change: FeedVoucher): Promise<void> {
  const { vid: id, purseId, voucherSeq: seq, cumMinor, amountMinor, ccy, merchantId, counterparty: merchantName, invoiceHash, atMs } = change;
  const purse = await tx.purses.get(purseId);
  const twin = (await tx.vouchers.ofPurse(purseId)).some((row) => row.seq === seq);
  // Further than this device remembers, or another one of a number that it has signed. A row alone may get lost: that is neither.
  const contradicts = twin || seq > (purse?.head?.seq ?? 0);
  if (purse?.state.kind === 'active' && contradicts) await tx.purses.put({ ...purse, state: { kind: 'frozen', atMs } });
  // There is one row for each number, and this device's own stays.
  if (twin) return;
  const facts = { purseId, seq, cumMinor, amountMinor, ccy, merchantId, merchantName, invoiceHash, terminal: null, saleNonce: null };
  await tx.vouchers.put({ schema: RECORD_SCHEMA, id, ...facts, createdAtMs: atMs, bytes: null, state: { kind: 'presented', atMs } });
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
