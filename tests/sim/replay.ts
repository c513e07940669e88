/**
 * I9: the order in which items reached the server does not matter while payers are honest. All that one server has taken in, its
 * vouchers and notes, is brought to an empty one with the same accounts and purses, in another order; nobody's balance may differ.
 * Left out are runs in which order does decide: a purse spent twice, two payments for one charge (also where the first was voided: the
 * second has the charge then), two refunds that are one too many, a deadline that came first.
 */
import { fromBase64Url } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { creditPostings, FLOAT_ACCOUNT, merchantAccount, paymentPostings, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { differingAccounts } from '#protocol/purse-invariants.ts';
import { purseLoadPostings } from '#protocol/purse-ledger.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { takeNote } from '#server/core/notes.ts';
import type { NoteRow, PurseRow, VoucherRow } from '#server/core/ports-offline.ts';
import type { Audit, Store, Tx } from '#server/core/ports.ts';
import { type BroughtBy, takeVoucher } from '#server/core/vouchers.ts';
import type { Scene } from './scene.ts';

type Taken = { readonly purses: readonly PurseRow[]; readonly vouchers: readonly VoucherRow[]; readonly notes: readonly NoteRow[] };

/** Null: order does decide here. Else the accounts that differ. */
export async function replayInAnotherOrder(run: Scene): Promise<readonly string[] | null> {
  const { store, options } = run.world.server;
  const audit = await store.audit();
  const taken = await store.transaction((tx) => read(tx, audit));
  if (!isOrderless(audit, taken)) return null;
  const empty = openMemoryStore();
  await copyAccounts(run, empty, audit, taken.purses);
  const deps = { ...options, store: empty };
  const items = [...taken.vouchers.map((voucher) => ({ voucher })), ...taken.notes.map((note) => ({ note }))];
  for (const item of shuffled(run, items)) {
    if ('note' in item) await takeNote(deps, [item.note.kind], bytesOf(item.note.bytes));
    else await takeVoucher(deps, broughtBy(item.voucher), { bytes: bytesOf(item.voucher.bytes) });
  }
  return differingAccounts(audit.balances, (await empty.audit()).balances);
}

/** What only its payer reported was claimed by nobody. */
function broughtBy({ verdict, payerPartyId }: VoucherRow): BroughtBy {
  return verdict.verdict === 'PAYER_REPORTED' ? { kind: 'party', id: payerPartyId } : { kind: 'merchant' };
}

async function read(tx: Tx, audit: Audit): Promise<Taken> {
  const purses = await Promise.all(audit.purses.map(({ id }) => tx.purse(id)));
  const vouchers = await Promise.all(audit.vouchers.map(({ vid }) => tx.voucher(vid)));
  const notes = await Promise.all(audit.vouchers.map((voucher) => tx.notesOfVoucher(voucher)));
  return { purses: purses.filter((row) => row !== null), vouchers: vouchers.filter((row) => row !== null), notes: notes.flat() };
}

function isOrderless(audit: Audit, { purses, vouchers, notes }: Taken): boolean {
  const decidedByOrder = [...vouchers, ...notes].some(({ verdict }) => verdict.verdict === 'REJECTED');
  const charges = [...vouchers, ...audit.payments.filter(({ verdict }) => verdict.state === 'settled')].map(({ invoiceHash }) => invoiceHash);
  const paidOnce = new Set(charges).size === charges.length;
  return !decidedByOrder && paidOnce && audit.purses.every(({ proved, released }) => !proved && !released) && purses.every(({ state }) => state !== 'released');
}

async function copyAccounts(run: Scene, empty: Store, audit: Audit, purses: readonly PurseRow[]): Promise<void> {
  const parties = [...new Set(run.world.phones.map((phone) => phone.partyId))];
  const { store } = run.world.server;
  const known = await store.transaction((tx) => Promise.all(parties.map(async (id) => ({ party: await tx.party(id), merchant: await tx.merchantOfParty(id), devices: await tx.devicesOfParty(id) }))));
  await empty.transaction(async (tx) => {
    for (const { party, merchant, devices } of known) {
      if (party !== null) await tx.insertParty(party);
      if (merchant !== null) await tx.insertMerchant(merchant);
      // A note was taken while its till was in service; whether it still is, is not what is asked.
      for (const device of devices) await tx.insertDevice({ ...device, revokedAtMs: null });
    }
    await copyMoney(tx, audit, purses);
  });
}

async function copyMoney(tx: Tx, audit: Audit, purses: readonly PurseRow[]): Promise<void> {
  for (const { ref, credit, amountMinor, ccy, atMs, debit } of audit.postings) {
    if (debit !== FLOAT_ACCOUNT) continue;
    await tx.lockBalances([FLOAT_ACCOUNT, credit], ccy);
    await tx.post(creditPostings({ entryId: ref.replace('credit:', ''), account: credit, amountMinor, ccy, atMs }));
  }
  for (const row of purses) {
    await tx.lockBalances([shopperAccount(row.partyId), reserveAccount(row.id)], row.ccy);
    await tx.post(purseLoadPostings({ loadId: row.id, purseId: row.id, ownerPartyId: row.partyId, amountMinor: row.limMinor, ccy: row.ccy, atMs: row.openedAtMs }));
    await tx.insertPurse(row);
  }
  for (const row of audit.payments) {
    await tx.insertPayment(row);
    if (row.verdict.state !== 'settled') continue;
    await tx.lockBalances([shopperAccount(row.payerPartyId), merchantAccount(row.merchantId)], row.ccy);
    await tx.post(paymentPostings({ ...row, paymentId: row.id, atMs: row.verdict.atMs }));
  }
}

function shuffled<T>(run: Scene, list: readonly T[]): T[] {
  const chance = run.world.chance.fork('replay');
  const out = [...list];
  for (let at = out.length - 1; at > 0; at--) {
    const other = chance.below(at + 1);
    [out[at], out[other]] = [out[other] as T, out[at] as T];
  }
  return out;
}

function bytesOf(text: string) {
  const bytes = fromBase64Url(text);
  assert(bytes !== null, 'what a server stored can be read');
  return bytes;
}
