/** Purses and vouchers as the ui sees them. Nothing here decides. A voucher's code is always its stored bytes. */
import { assert } from '#base/assert.ts';
import { fromBase64Url } from '#base/bytes.ts';
import { compactCode } from '#protocol/link.ts';
import { isOpen } from '#protocol/voucher-state.ts';
import type { Keeping, PayerOffline, PurseView, VoucherView } from './api-payer.ts';
import { type CapsHere, capsHere } from './caps-here.ts';
import { errorCode } from './error-code.ts';
import type { WalletTx } from './ports.ts';
import { spendableMinor } from './purse-head.ts';
import type { IdentityRecord, PurseRecord, VoucherRecord } from './records.ts';
import { orderNumberOf } from './views.ts';

/** What a shopper's screen shows of paying offline. */
export async function readOffline(tx: WalletTx, { ccy, pursesElsewhere = [] }: IdentityRecord, keeping: Keeping): Promise<PayerOffline> {
  const caps = capsHere(keeping, ccy);
  const purses = (await tx.purses.all()).filter((row) => row.state.kind !== 'released').toSorted(openFirst);
  const waiting = new Set((await tx.outbox.all()).flatMap((row) => (row.kind === 'sync-item' ? [row.recordId] : [])));
  const unsettled: VoucherRecord[] = [];
  for (const id of waiting) unsettled.push(...optional(await tx.vouchers.get(id)));
  return {
    purses: purses.map((row) => purseView(row, caps)),
    elsewhere: pursesElsewhere,
    ...caps,
    keeping,
    unsettled: { count: unsettled.length, amountMinor: unsettled.reduce((sum, row) => sum + row.amountMinor, 0) },
    passkeyOffline: (await tx.passkeyTrial())?.works ?? null,
  };
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** The one that may be spent before those that have ended; then the open one before tabs; then the soonest to end. */
function openFirst(a: PurseRecord, b: PurseRecord): number {
  const rank = ({ state, kind }: PurseRecord) => (state.kind === 'active' ? 0 : 2) + (kind === 'open' ? 0 : 1);
  return rank(a) - rank(b) || a.expMs - b.expMs;
}

export function purseView(record: PurseRecord, caps: CapsHere): PurseView {
  const { id, kind, merchantId, ccy, limMinor, maxCount, head, expMs, claimDeadlineMs, state } = record;
  return {
    ...{ id, kind, merchantId, ccy, limMinor, expMs, claimDeadlineMs },
    spendableMinor: spendableMinor(record),
    capMinor: Math.min(record.capMinor, caps.capMinor),
    paymentsLeft: state.kind === 'active' ? Math.max(0, maxCount - (head?.seq ?? 0)) : 0,
    state: state.kind,
  };
}

/** `purse`: the one that paid it, where it is still known. */
export function voucherView(record: VoucherRecord, purse: PurseRecord | undefined): VoucherView {
  const { id, purseId, merchantName, merchantId, terminal, amountMinor, ccy, createdAtMs, state } = record;
  return {
    type: 'voucher',
    ...{ id, purseId, merchantName, merchantId, terminal, amountMinor, ccy },
    atMs: createdAtMs,
    state: state.kind,
    reason: state.kind === 'returned' ? errorCode(state.code) : null,
    refundedMinor: state.kind === 'settled' ? state.refundedMinor : 0,
    stateAtMs: state.kind === 'signed' || state.kind === 'presented' ? null : state.atMs,
    code: isOpen(state) ? voucherCode(record) : null,
    orderNumber: orderNumberOf(id),
    frozen: purse?.state.kind === 'frozen',
  };
}

export function voucherCode({ bytes }: VoucherRecord): string {
  const read = fromBase64Url(bytes);
  assert(read !== null, 'what we stored can be read');
  return compactCode('voucher', read);
}
