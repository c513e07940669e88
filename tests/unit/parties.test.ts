import { beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { FLOAT_ACCOUNT, shopperAccount } from '#protocol/ledger.ts';
import { isReadableName } from '#protocol/merchant-name.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { createMerchant, createShopper, fundWithPlayMoney } from '#server/core/parties.ts';
import { maskName, merchantNameFault, personNameFault } from '#server/core/parties-name.ts';
import type { Store } from '#server/core/ports.ts';
import { CNY, START_MS } from '../fixtures/counter.ts';
import { seededRandom, stillClock } from '../fixtures/given.ts';

describe('case 77: names of shops', () => {
  it.each(['街角面馆', 'Corner Noodles', 'Café Müller', '7-Eleven', '面馆 No. 1 (East)', 'Кофе', 'カフェ Moon', '12', '나무 Tea', 'L’Étoile & Söhne', '永辉🍜'])('takes %s', (name) => {
    expect(merchantNameFault(name)).toBeNull();
    expect(isReadableName(name)).toBe(true);
  });

  it.each([
    ['', 'EMPTY'],
    ['Stаrbucks', 'MIXED_SCRIPTS'],
    ['Νoodles', 'MIXED_SCRIPTS'],
    ['面馆Кофе', 'MIXED_SCRIPTS'],
    ['Noodles\u202Eselddon', 'INVISIBLE'],
    ['Nood\u200Bles', 'INVISIBLE'],
    ['Nood\u200Dles', 'INVISIBLE'],
    ['Nood\u00ADles', 'INVISIBLE'],
    ['Noodles\u3164', 'INVISIBLE'],
    ['Noodles\uFE0F', 'INVISIBLE'],
    ['Noodles\n', 'INVISIBLE'],
    ['\uE000', 'INVISIBLE'],
    ['Noodles \uD83C', 'INVISIBLE'],
    ['Cafe\u0301', 'NOT_NFC'],
    [' Noodles', 'SPACES'],
    ['Noodles ', 'SPACES'],
    ['Corner  Noodles', 'SPACES'],
    ['Corner\u00A0Noodles', 'SPACES'],
    ['Corner\u3000Noodles', 'SPACES'],
    ['面'.repeat(14), 'TOO_LONG'],
    ['n'.repeat(41), 'TOO_LONG'],
  ])('refuses %j: %s', (name, fault) => {
    expect(merchantNameFault(name)).toBe(fault);
  });

  it('counts bytes, not letters', () => {
    expect([merchantNameFault('面'.repeat(13)), merchantNameFault('n'.repeat(40))]).toEqual([null, null]);
  });
});

describe('names of people', () => {
  it('are taken as they are, when they can be shown', () => {
    expect([personNameFault('李雷'), personNameFault('Аня Schmidt'), personNameFault('x'.repeat(80))]).toEqual([null, null, null]);
    expect([personNameFault(''), personNameFault('a\u202Eb'), personNameFault('x'.repeat(81))]).toEqual(['EMPTY', 'INVISIBLE', 'TOO_LONG']);
  });

  it('are masked for merchants', () => {
    expect([maskName('李雷'), maskName('Demo shopper'), maskName('𠮷野')]).toEqual(['李**', 'D**', '𠮷**']);
  });
});

describe('opening accounts', () => {
  const deps = { clock: stillClock(START_MS), random: seededRandom(3) };
  const wanted = { name: '街角面馆', ccy: CNY, playMoney: true };
  let store: Store;
  beforeEach(() => {
    store = openMemoryStore();
  });

  it('gives every merchant an id and a status index of its own', async () => {
    const make = () => store.transaction((tx) => createMerchant(tx, deps, wanted));
    const [one, two] = [await make(), await make()];
    if (!one.ok || !two.ok) throw new Error('refused');
    expect(one.value.merchant.id).toMatch(/^[0-9a-f]{16}$/);
    expect(one.value.merchant.id).not.toBe(two.value.merchant.id);
    expect([one.value.merchant.statusIndex, two.value.merchant.statusIndex, two.value.merchant.nextTerminal]).toEqual([0, 1, 1]);
    expect(await store.transaction((tx) => tx.merchantOfParty(two.value.party.id))).toEqual(two.value.merchant);
  });

  it('stores nothing under a name that is refused', async () => {
    expect(await store.transaction((tx) => createMerchant(tx, deps, { ...wanted, name: 'Stаrbucks' }))).toMatchObject({ error: 'MIXED_SCRIPTS' });
    expect(await store.transaction((tx) => createShopper(tx, deps, { ...wanted, name: '' }))).toMatchObject({ error: 'EMPTY' });
  });

  it('puts play money in by double entry, and says so in the feed', async () => {
    const party = await store.transaction(async (tx) => {
      const created = await createShopper(tx, deps, { ...wanted, name: '李雷' });
      if (!created.ok) throw new Error('refused');
      expect(await fundWithPlayMoney(tx, deps, created.value, 50_000)).toEqual({ ok: true, value: 50_000 });
      return created.value;
    });
    const account = shopperAccount(party.id);
    expect([await store.balance(account), await store.balance(FLOAT_ACCOUNT)]).toEqual([50_000, -50_000]);
    const feed = await store.feed(party.id, account, 0, 10);
    expect(feed.changes).toMatchObject([{ kind: 'credit', seq: 1, reason: 'play-money', amountMinor: 50_000, balanceMinor: 50_000 }]);
    for (const amountMinor of [0, -1, 0.5, 99_999_950_000, Number.NaN]) {
      const refused = await store.transaction((tx) => fundWithPlayMoney(tx, deps, party, amountMinor));
      expect(refused).toMatchObject({ ok: false, error: 'AMOUNT_LIMIT' });
    }
    expect(checkInvariants(await store.audit())).toEqual([]);
  });

  it('never puts play money into an account that holds money', async () => {
    const real = store.transaction(async (tx) => {
      const created = await createShopper(tx, deps, { name: '李雷', ccy: CNY, playMoney: false });
      return created.ok && fundWithPlayMoney(tx, deps, created.value, 1);
    });
    await expect(real).rejects.toThrow(/play-money/);
  });
});
