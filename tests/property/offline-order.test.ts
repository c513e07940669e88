/**
 * P2 and I9: while payers are honest, the order in which items reach the server does not matter. Every permutation of up to six
 * vouchers, reports, acknowledgements, voids and refunds is played into a copy of one server, and all of them end in the same
 * balances; so does every permutation with one item lost and sent again at the end.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { creditPostings, FLOAT_ACCOUNT, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import type { Es256Verifier, Note, Voucher } from '#protocol/objects.ts';
import { differingAccounts } from '#protocol/purse-invariants.ts';
import { purseLoadPostings } from '#protocol/purse-ledger.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { takeNote } from '#server/core/notes.ts';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { Device, Merchant, Party, Store } from '#server/core/ports.ts';
import { takeVoucher, type VoucherDeps } from '#server/core/vouchers.ts';
import { seededRandom } from '../fixtures/given.ts';
import { openOfflineCounter } from '../fixtures/offline-counter.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['RUNS'] ?? 6);
const ITEMS = 6;

type Item = { readonly voucher: Voucher; readonly by: string } | { readonly note: Note };
type Base = { readonly deps: VoucherDeps; readonly parties: Party[]; readonly merchants: Merchant[]; readonly devices: Device[]; readonly purses: PurseRow[] };

/** A server that has the accounts and purses of another, and nothing else. */
async function copyOf({ parties, merchants, devices, purses }: Base): Promise<Store> {
  const store = openMemoryStore();
  await store.transaction(async (tx) => {
    for (const party of parties) await tx.insertParty(party);
    for (const merchant of merchants) await tx.insertMerchant(merchant);
    for (const device of devices) await tx.insertDevice(device);
    for (const row of purses) {
      const { id, partyId, limMinor: amountMinor, ccy } = row;
      await tx.lockBalances([FLOAT_ACCOUNT, shopperAccount(partyId), reserveAccount(id)], ccy);
      await tx.post(creditPostings({ entryId: id, account: shopperAccount(partyId), amountMinor, ccy, atMs: 1 }));
      await tx.post(purseLoadPostings({ loadId: id, purseId: id, ownerPartyId: partyId, amountMinor, ccy, atMs: 1 }));
      await tx.insertPurse(row);
    }
  });
  return store;
}

async function play(base: Base, items: readonly Item[]): Promise<ReadonlyMap<string, number>> {
  const store = await copyOf(base);
  const deps = { ...base.deps, store };
  for (const item of items) {
    if ('note' in item) await takeNote(deps, [item.note.kind], item.note.bytes);
    else await takeVoucher(deps, { kind: 'party', id: item.by }, { bytes: item.voucher.bytes });
  }
  const audit = await store.audit();
  expect(checkInvariants(audit)).toEqual([]);
  return audit.balances;
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((first, index) => permutations(list.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

type Sale = { readonly payer: number; readonly till: number; readonly minor: number; readonly with: readonly ('claim' | 'report' | 'ack' | 'void' | 'refund')[] };
const sale: fc.Arbitrary<Sale> = fc.record({
  payer: fc.nat(1),
  till: fc.nat(1),
  minor: fc.integer({ min: 2, max: 3_000 }),
  with: fc.uniqueArray(fc.constantFrom('claim' as const, 'report' as const, 'ack' as const, 'void' as const, 'refund' as const), { minLength: 1, maxLength: 4 }),
});

/** Always played, so that no run is easier than these. */
const EXAMPLES: [Sale[], number][] = [
  [[{ payer: 0, till: 0, minor: 900, with: ['claim', 'report', 'void', 'refund'] }, { payer: 0, till: 1, minor: 70, with: ['report', 'ack'] }], 1],
];

/** Signatures are checked for real, each once: the same bytes come back in every permutation. */
function remembering(verifier: Es256Verifier): Es256Verifier {
  const known = new Map<string, Promise<boolean>>();
  return {
    verify(publicKey, message, signature) {
      const name = [publicKey, message, signature].map(toHex).join(' ');
      const answer = known.get(name) ?? verifier.verify(publicKey, message, signature);
      known.set(name, answer);
      return answer;
    },
  };
}

describe(`the order of items (SEED=${SEED}, ${RUNS} runs)`, () => {
  it('does not matter while payers are honest', async () => {
    let longest = 0;
    const kinds = new Set<string>();
    const law = fc.asyncProperty(fc.array(sale, { minLength: 1, maxLength: 4 }), fc.nat(), async (sales, seed) => {
      const counter = await openOfflineCounter(openMemoryStore(), seededRandom(seed));
      const people = await Promise.all(['李雷', '韩梅梅'].map((name) => counter.shopper(name, 60_000)));
      const tills = await Promise.all(['街角面馆', 'Corner Noodles'].map((name) => counter.till(name)));
      const phones = await Promise.all(people.map((person) => counter.purse(person, 20_000)));
      const items: Item[] = [];
      for (const each of sales) {
        const [phone, till] = [phones[each.payer], tills[each.till]];
        if (!phone || !till) throw new Error('nobody there');
        const voucher = await counter.sign(phone, till, each.minor);
        for (const what of each.with) {
          if (items.length === ITEMS) break;
          kinds.add(what);
          if (what === 'claim') items.push({ voucher, by: till.party.id });
          else if (what === 'report') items.push({ voucher, by: phone.owner.party.id });
          else items.push({ note: await counter.note(till, voucher, what === 'refund' ? { kind: what, amountMinor: Math.ceil(each.minor / 2) } : { kind: what }) });
        }
      }
      longest = Math.max(longest, items.length);
      const { store } = counter.offline;
      const purses = await Promise.all(phones.map((phone) => (phone === null ? Promise.reject(new Error('no purse')) : counter.row(phone))));
      const devices = await store.transaction(async (tx) => (await Promise.all([...people, ...tills].map(({ party }) => tx.devicesOfParty(party.id)))).flat());
      const deps = { ...counter.offline, verifier: remembering(counter.offline.verifier) };
      const base: Base = { deps, parties: [...people, ...tills].map(({ party }) => party), merchants: tills.map(({ merchant }) => merchant), devices, purses };
      const first = await play(base, items);
      for (const [index, order] of permutations(items).entries()) {
        expect(differingAccounts(first, await play(base, order))).toEqual([]);
        // Once in a while everything is sent twice, the second time the other way round.
        if (index % 40 === 0) expect(differingAccounts(first, await play(base, [...order, ...order.toReversed()]))).toEqual([]);
      }
    });
    await fc.assert(law, { seed: SEED, numRuns: RUNS, examples: EXAMPLES });
    expect([...kinds].toSorted()).toEqual(['ack', 'claim', 'refund', 'report', 'void']);
    expect(longest).toBe(ITEMS);
  }, 300_000);
});
