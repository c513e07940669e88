/**
 * Double spends: two vouchers of one purse that cannot be in one honest history (protocol.md 5.4, 5.5). The first pair that the
 * server meets is kept; purse and account are frozen, the purse's status bit is set, and the parties are told. Nobody is
 * accused: the pair is what anybody can check, and an appeal is open. Moves no money.
 */
import { assert } from '#base/assert.ts';
import { shopperAccount } from '#protocol/ledger.ts';
import { checkAgainst, type ChainLink } from '#protocol/purse-rules.ts';
import { transitionPurse } from '#protocol/purse-state.ts';
import type { News } from './feeds.ts';
import type { Book } from './locks.ts';
import type { ProofRow, PurseRow, VoucherRow } from './ports-offline.ts';
import type { Tx } from './ports.ts';
import { ownerNews, stateOf, type PurseHead } from './purses-view.ts';

/** Named row of numbers: how often the status list has changed. */
export const REVOCATIONS = 'purse-revocations';

/** A stored voucher that contradicts this one, if there is one. The neighbours are enough while nothing contradicts (purse-rules). */
export async function contradiction(tx: Tx, purseId: string, link: ChainLink): Promise<VoucherRow | null> {
  return checkAgainst(link, await tx.neighbours(purseId, link.seq))?.other ?? null;
}

export type Freeze = {
  readonly purse: PurseRow;
  readonly one: VoucherRow;
  /** base64url */
  readonly other: string;
  readonly reserveMinor: number;
  readonly head: PurseHead;
  readonly nowMs: number;
};

/** Inside the transaction that found it. Returns the purse as it is now, and what its owner is told. */
export async function freezePurse(tx: Tx, book: Book, freeze: Freeze): Promise<{ readonly purse: PurseRow; readonly news: News }> {
  const { one, other, nowMs, reserveMinor, head } = freeze;
  const move = transitionPurse(stateOf(freeze.purse), { kind: 'frozen', atMs: nowMs });
  // A purse that is released holds nothing to freeze; the evidence counts all the same.
  const state = move.kind === 'moved' ? 'frozen' : freeze.purse.state;
  const purse: PurseRow = { ...freeze.purse, state, revokedAtMs: freeze.purse.revokedAtMs ?? nowMs };
  await tx.insertProof({ purseId: purse.id, one: one.bytes, other, atMs: nowMs });
  await tx.putPurse(purse);
  await tx.takeNumber(REVOCATIONS);
  await tx.freezeParty(purse.partyId);
  const balanceMinor = book.holds(shopperAccount(purse.partyId));
  return { purse, news: ownerNews({ event: 'frozen', row: purse, reserveMinor, amountMinor: 0, atMs: nowMs, balanceMinor }, head) };
}

/** For the purse's owner and for every shop that has a voucher of it; to others there is no such proof. */
export async function proofFor(tx: Tx, partyId: string, purseId: string): Promise<ProofRow | null> {
  const proof = await tx.proof(purseId);
  if (proof === null) return null;
  const purse = await tx.purse(purseId);
  assert(purse !== null, 'a proof is of a purse');
  if (purse.partyId === partyId) return proof;
  const merchant = await tx.merchantOfParty(partyId);
  return merchant !== null && (await tx.hasVoucherOf(purseId, merchant.id)) ? proof : null;
}
