/** Purses and vouchers as the ui sees them. Nothing here decides. A voucher's code is always its stored bytes. */
import { assert } from '#base/assert.ts';
import { fromBase64Url } from '#base/bytes.ts';
import { remembering } from '#base/remember.ts';
import { recordIdOf } from '#protocol/feed-record.ts';
import { LIMITS } from '#protocol/limits.ts';
import { compactCode } from '#protocol/link.ts';
import { isOpen } from '#protocol/voucher-state.ts';
import type { Keeping, PaidFromPurse, PayerOffline, PurseEventView, PurseView, VoucherView } from './api-payer.ts';
import { type CapsHere, capsHere } from './caps-here.ts';
import { errorCode } from './error-code.ts';
import type { WalletTx } from './ports.ts';
import { spendableMinor, unsignedMinor } from './purse-head.ts';
import type { HistoryRecord, IdentityRecord, PurseRecord, VoucherRecord } from './records.ts';
import { orderNumberOf } from './views.ts';

/** What a shopper's screen shows of paying offline. */
export async function readOffline(tx: WalletTx, { ccy, pursesElsewhere = [] }: IdentityRecord, keeping: Keeping): Promise<PayerOffline> {
  const caps = capsHere(keeping, ccy);
  const purses = (await tx.purses.all()).filter((row) => row.state.kind !== 'released').toSorted(openFirst);
  const appealed = await tx.history.appealed(purses.map((row) => row.id));
  const views: PurseView[] = [];
  for (const row of purses) views.push({ ...purseView(row, caps, appealed.has(row.id)), leftMinor: await leftMinor(tx, row) });
  const waiting = new Set((await tx.outbox.all()).flatMap((row) => (row.kind === 'sync-item' ? [row.recordId] : [])));
  const unsettled: VoucherRecord[] = [];
  for (const id of waiting) unsettled.push(...optional(await tx.vouchers.get(id)));
  return {
    purses: views,
    elsewhere: pursesElsewhere,
    ...caps,
    keeping,
    unsettled: { count: unsettled.length, amountMinor: unsettled.reduce((sum, row) => sum + row.amountMinor, 0) },
    passkeyOffline: (await tx.passkeyTrial())?.works ?? null,
  };
}

/** What came back of a voucher is not spent again: it comes home with the rest. */
async function leftMinor(tx: WalletTx, purse: PurseRecord): Promise<number> {
  if (purse.state.kind === 'active') return unsignedMinor(purse);
  const back = (await tx.vouchers.ofPurse(purse.id)).filter((row) => row.state.kind === 'returned');
  return unsignedMinor(purse) + back.reduce((sum, row) => sum + row.amountMinor, 0);
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** The one that may be spent before those that have ended; then the open one before tabs; then the soonest to end. */
function openFirst(a: PurseRecord, b: PurseRecord): number {
  const rank = ({ state, kind }: PurseRecord) => (state.kind === 'active' ? 0 : 2) + (kind === 'open' ? 0 : 1);
  return rank(a) - rank(b) || a.expMs - b.expMs;
}

export function purseView(record: PurseRecord, caps: CapsHere, appealed = false): PurseView {
  const { id, kind, merchantId, ccy, limMinor, maxCount, head, expMs, claimDeadlineMs, state } = record;
  return {
    ...{ id, kind, merchantId, ccy, limMinor, expMs, claimDeadlineMs },
    spendableMinor: spendableMinor(record),
    leftMinor: unsignedMinor(record),
    capMinor: Math.min(record.capMinor, caps.capMinor),
    stepUp: record.stepUp ?? null,
    paymentsLeft: state.kind === 'active' ? Math.max(0, maxCount - (head?.seq ?? 0)) : 0,
    state: state.kind,
    appealed,
  };
}

/** Vouchers with what is known of their purses and of appeals about either. */
export async function voucherViews(tx: WalletTx, rows: readonly VoucherRecord[]): Promise<readonly VoucherView[]> {
  if (rows.length === 0) return [];
  const purses = new Map((await tx.purses.all()).map((purse) => [purse.id, purse]));
  const frozen = (row: VoucherRecord) => purses.get(row.purseId)?.state.kind === 'frozen';
  const subjectOf = (row: VoucherRecord) => (frozen(row) ? row.purseId : row.id);
  const appealed = await tx.history.appealed(rows.map(subjectOf));
  return rows.map((row) => voucherView(row, { frozen: frozen(row), appealed: appealed.has(subjectOf(row)) }));
}

/** What a payment out of the purse became: the whole voucher, so that its code is on the screen before anything is read again. */
export function paidFromPurse(record: VoucherRecord): PaidFromPurse {
  return { paymentId: record.id, code: voucherCode(record), voucher: voucherView(record, { frozen: false, appealed: false }) };
}

function voucherView(record: VoucherRecord, { frozen, appealed }: Pick<VoucherView, 'frozen' | 'appealed'>): VoucherView {
  const { id, purseId, merchantName, merchantId, terminal, amountMinor, ccy, createdAtMs, state } = record;
  return {
    type: 'voucher',
    ...{ id, purseId, merchantName, merchantId, terminal, amountMinor, ccy },
    atMs: createdAtMs,
    state: state.kind,
    reason: state.kind === 'returned' ? errorCode(state.code) : null,
    refundedMinor: state.kind === 'settled' ? state.refundedMinor : 0,
    stateAtMs: state.kind === 'signed' || state.kind === 'presented' ? null : state.atMs,
    code: isOpen(state) && record.bytes !== null ? compactOf(record.bytes) : null,
    orderNumber: orderNumberOf(id),
    frozen,
    appealed,
  };
}

/** Null for an entry that is no record of a purse. */
export function purseEventView({ entry }: HistoryRecord, deviceId: string): PurseEventView | null {
  const id = recordIdOf(entry);
  if (id === null || entry.kind !== 'purse' || entry.event === 'refreshed') return null;
  const { event, purse, amountMinor, atMs, balanceMinor } = entry;
  const { id: purseId, kind, ccy, reserveMinor, claimDeadlineMs } = purse;
  const money = { amountMinor, ccy, balanceAfterMinor: balanceMinor, reserveMinor };
  return { type: 'purse', id, purseId, kind, event, ...money, atMs, claimDeadlineMs, ofThisDevice: purse.deviceId === deviceId };
}

/** Of one that this device signed. */
function voucherCode({ bytes }: VoucherRecord): string {
  assert(bytes !== null, 'only what this device signed is shown');
  return compactOf(bytes);
}

/** Of the codes that were shown last every snapshot shows most again. */
const compactOf = remembering(2 * LIMITS.recordsPage, (text) => {
  const bytes = fromBase64Url(text);
  assert(bytes !== null, 'what we stored can be read');
  return compactCode('voucher', bytes);
});
