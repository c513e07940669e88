/** What a till has written down, as the check list of protocol/till-check.ts asks for it. Read inside the transaction that decides. */
import { toHex } from '#base/bytes.ts';
import { isTaken } from '#protocol/claim-state.ts';
import type { StatusList, Voucher } from '#protocol/objects.ts';
import type { PursePolicy } from '#protocol/purse-caps.ts';
import type { ChainLink } from '#protocol/purse-rules.ts';
import { takenVid } from '#protocol/sale-state.ts';
import type { TillBooks, TillInvoice } from '#protocol/till-check.ts';
import type { WalletTx } from './ports.ts';
import { type ClaimRecord, type ListsRecord, NO_LISTS, type SaleRecord } from './records.ts';

/** What the transaction is given, because it cannot be waited for inside. */
export type Given = { readonly policy: PursePolicy; readonly statusList: StatusList | null; readonly persisted: boolean };

/** `honour`: a sale that the cashier opens again for this voucher. */
export type BooksRead = { readonly books: TillBooks; readonly sale: SaleRecord | null; readonly lists: ListsRecord };

export async function readBooks(tx: WalletTx, voucher: Voucher, given: Given, honoured: string | null): Promise<BooksRead> {
  const purseId = toHex(voucher.cert.purseId);
  const hash = toHex(voucher.invoiceHash);
  const sale = (await tx.sales.byInvoice(hash)) ?? null;
  const waiting = await tx.claims.waiting();
  const atRisk = waiting.filter(isAtRisk);
  const lists = (await tx.lists()) ?? NO_LISTS;
  const books: TillBooks = {
    invoiceOf: (asked) => (sale === null || asked !== hash ? null : invoiceOf(sale, honoured)),
    ofPurse: [...(await tx.claims.ofPurse(purseId)), ...(await tx.evidence.ofPurse(purseId))].flatMap(linkOf),
    unsyncedOfPurseMinor: sum(atRisk.filter((claim) => claim.purseId === purseId)),
    unsyncedMinor: sum(atRisk),
    pending: waiting.length,
    listSeenSeconds: seconds(lists.listSeenMs),
    syncSeenSeconds: seconds(lists.syncSeenMs),
    ...given,
  };
  return { books, sale, lists };
}

/** What only the feed told of has no place in the chain that could be compared. */
function linkOf({ id: vid, seq, cumMinor, amountMinor, prev }: Pick<ClaimRecord, 'id' | 'seq' | 'cumMinor' | 'amountMinor' | 'prev'>): readonly ChainLink[] {
  return prev === null ? [] : [{ vid, seq, cumMinor, amountMinor, prev }];
}

/** Of an open purse, and goods may have gone for it. */
export function isAtRisk({ kind, state }: Pick<ClaimRecord, 'kind' | 'state'>): boolean {
  return kind === 'open' && isTaken(state);
}

export function sum(claims: readonly Pick<ClaimRecord, 'amountMinor'>[]): number {
  return claims.reduce((minor, claim) => minor + claim.amountMinor, 0);
}

function invoiceOf(sale: SaleRecord, honoured: string | null): TillInvoice {
  const { id, state, amountMinor, ccy } = sale;
  const reopened = id === honoured && (state.kind === 'cancelled' || state.kind === 'expired');
  if (state.kind === 'open' || reopened) return { state: 'open', amountMinor, ccy };
  return { state: 'closed', vid: takenVid(state) };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1_000);
}
