/**
 * L9: when everybody has sent and learned all, a wallet and the server say the same: the balance, what became of each voucher and of
 * each claim, and what a purse still holds. Not asked of a disk that was set back or of a changed wallet: it believes what it likes.
 */
import { isWaiting } from '#protocol/claim-state.ts';
import { merchantAccount, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { isOpen } from '#protocol/voucher-state.ts';
import type { VoucherRow } from '#server/core/ports-offline.ts';
import type { Store, Tx } from '#server/core/ports.ts';
import { claimEventOf } from '#wallet/claims.ts';
import { voucherEventOf } from '#wallet/feed-offline.ts';
import type { ClaimRecord, PurseRecord, VoucherRecord } from '#wallet/records.ts';
import type { Phone } from './phone.ts';

/** What the two do not say alike, in words. */
export async function disagreements(store: Store, phone: Phone): Promise<readonly string[]> {
  const merchant = await store.transaction((tx) => tx.merchantOfParty(phone.partyId));
  const balanceMinor = await store.balance(merchant === null ? shopperAccount(phone.partyId) : merchantAccount(merchant.id));
  const shown = phone.screen?.balance?.amountMinor;
  const found = shown === balanceMinor ? [] : [`shows ${shown}, the server says ${balanceMinor}`];
  if (phone.setBack || phone.cheats) return found;
  const { vouchers, claims, purses } = phone.disk.rows;
  const rowOf = (vid: string): Promise<VoucherRow | null> => store.transaction((tx: Tx) => tx.voucher(vid));
  const gone: VoucherRecord[] = [];
  for (const voucher of vouchers.values()) {
    const row = await rowOf(voucher.id);
    found.push(...aboutVoucher(voucher, row));
    if (hasLeft(voucher, row)) gone.push(voucher);
  }
  const unsaid = unsaidVoids(phone);
  for (const claim of claims.values()) if (!unsaid.has(claim.id)) found.push(...aboutClaim(claim, await rowOf(claim.id)));
  for (const purse of purses.values()) found.push(...(await aboutPurse(store, purse, gone)));
  return found;
}

/** Vouchers that were given back by a till whose clock was ahead: the server takes its word when the day has come. */
function unsaidVoids({ disk }: Phone): ReadonlySet<string> {
  const waiting = new Set([...disk.rows.outbox.values()].map(({ recordId }) => recordId));
  return new Set([...disk.rows.notes.values()].filter(({ id, kind }) => kind === 'void' && waiting.has(id)).map(({ vid }) => vid));
}

/** What the server's row comes to: a void undoes a settlement, which stays as it was said. */
function outcomeOf({ verdict, voidedAtMs }: VoucherRow): VoucherRow['verdict'] {
  return voidedAtMs === null ? verdict : { verdict: 'VOIDED', atMs: voidedAtMs };
}

function aboutVoucher({ id, state }: VoucherRecord, row: VoucherRow | null): string[] {
  const event = row === null ? null : voucherEventOf(outcomeOf(row));
  // A voucher that was given back and is not paid: either way its money is home.
  const isHome = state.kind === 'voided' && event?.kind === 'returned';
  const same = isHome || (event === null ? isOpen(state) : state.kind === event.kind && (state.kind !== 'settled' || state.refundedMinor === row?.refundedMinor));
  return same ? [] : [`voucher ${id} is ${JSON.stringify(state)}, the server says ${saidOf(row)}`];
}

function aboutClaim({ id, amountMinor, state }: ClaimRecord, row: VoucherRow | null): string[] {
  const event = row === null ? null : claimEventOf(outcomeOf(row), amountMinor);
  // Given back before anybody brought it: it is home, or comes home with the rest of its purse.
  const untold = isWaiting(state) || state.kind === 'voided';
  const isHome = state.kind === 'voided' && event?.kind === 'rejected';
  const samePaid = !('paidMinor' in state) || (event !== null && 'paidMinor' in event && state.paidMinor === event.paidMinor);
  const sameRefunded = !('refundedMinor' in state) || state.refundedMinor === row?.refundedMinor;
  const same = isHome || (event === null ? untold : state.kind === event.kind && samePaid && sameRefunded);
  return same ? [] : [`claim ${id} is ${JSON.stringify(state)}, the server says ${saidOf(row)}`];
}

/** Given back after the server had refused it, its money was never out of the reserve, and comes home with the rest. */
function hasLeft({ state }: VoucherRecord, row: VoucherRow | null): boolean {
  return state.kind === 'settled' || (state.kind === 'voided' && row?.verdict.verdict !== 'REJECTED');
}

/** The reserve is what was put in, less what this wallet knows to have left it. */
async function aboutPurse(store: Store, { id, limMinor, state }: PurseRecord, gone: readonly VoucherRecord[]): Promise<string[]> {
  const row = await store.transaction((tx) => tx.purse(id));
  if (row === null) return [`purse ${id} is not at the server`];
  const found = row.state === state.kind && row.limMinor === limMinor ? [] : [`purse ${id} is ${state.kind} with ${limMinor}, the server says ${row.state} with ${row.limMinor}`];
  const ofPurse = gone.filter(({ purseId }) => purseId === id);
  const leftMinor = row.state === 'released' ? 0 : limMinor - ofPurse.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const reserveMinor = await store.balance(reserveAccount(id));
  if (reserveMinor !== leftMinor) found.push(`purse ${id} holds ${leftMinor}, its reserve at the server ${reserveMinor}`);
  return found;
}

function saidOf(row: VoucherRow | null): string {
  return row === null ? 'nothing' : `${JSON.stringify(row.verdict)}, refunded ${row.refundedMinor}, voided ${row.voidedAtMs}`;
}
