/**
 * Opens accounts and puts play money into them. A party holds money; a merchant is a party that payers can pay. Every
 * function works inside the caller's transaction, so that an account and its enrolment code come into being together.
 */
import { assert } from '#base/assert.ts';
import { toHex } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { err, ok, type Result } from '#base/result.ts';
import { creditPostings, FLOAT_ACCOUNT, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { merchantNameFault, personNameFault, type NameFault } from './parties-name.ts';
import type { Merchant, Party, Tx } from './ports.ts';

export type PartyDeps = { readonly clock: Clock; readonly random: Random };
export type NewParty = { readonly name: string; readonly ccy: number; readonly playMoney: boolean };

const MERCHANT_ID_BYTES = 8;
const FIRST_TERMINAL = 1;

function newParty(deps: PartyDeps, kind: Party['kind'], wanted: NewParty): Party {
  const { name, ccy, playMoney } = wanted;
  return { id: newId(deps.random), kind, name, ccy, playMoney, status: 'active', createdAtMs: deps.clock.nowMs() };
}

export async function createShopper(tx: Tx, deps: PartyDeps, wanted: NewParty): Promise<Result<Party, NameFault>> {
  const fault = personNameFault(wanted.name);
  if (fault !== null) return err(fault);
  const party = newParty(deps, 'shopper', wanted);
  await tx.insertParty(party);
  return ok(party);
}

export async function createMerchant(
  tx: Tx,
  deps: PartyDeps,
  wanted: NewParty,
): Promise<Result<{ readonly party: Party; readonly merchant: Merchant }, NameFault>> {
  const fault = merchantNameFault(wanted.name);
  if (fault !== null) return err(fault);
  const party = newParty(deps, 'merchant', wanted);
  const merchant: Merchant = {
    id: toHex(deps.random.bytes(MERCHANT_ID_BYTES)),
    partyId: party.id,
    name: party.name,
    ccy: party.ccy,
    status: 'active',
    statusIndex: await tx.takeNumber('merchant-status-index'),
    nextTerminal: FIRST_TERMINAL,
  };
  await tx.insertParty(party);
  await tx.insertMerchant(merchant);
  return ok({ party, merchant });
}

/** Play money for a shopper, from outside the ledger; the shopper's feed says so. Returns the new balance. */
export async function fundWithPlayMoney(
  tx: Tx,
  deps: PartyDeps,
  party: Party,
  amountMinor: number,
): Promise<Result<number, 'AMOUNT_LIMIT'>> {
  assert(party.playMoney && party.kind === 'shopper', 'only a play-money shopper gets play money');
  const account = shopperAccount(party.id);
  const { ccy } = party;
  const balances = await tx.lockBalances([FLOAT_ACCOUNT, account], ccy);
  const balanceMinor = (balances.get(account) ?? 0) + amountMinor;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || balanceMinor > LIMITS.balanceMinor) return err('AMOUNT_LIMIT');
  const entryId = newId(deps.random);
  const atMs = deps.clock.nowMs();
  await tx.post(creditPostings({ entryId, account, amountMinor, ccy, atMs }));
  await tx.appendFeed(party.id, (seq) => ({ kind: 'credit', seq, entryId, reason: 'play-money', amountMinor, ccy, atMs, balanceMinor }));
  return ok(balanceMinor);
}
