/**
 * Demo mode: one shopper and one shop with play money, and fresh shoppers for whoever asks. Everything here is marked as play
 * money in the store, and the setting `demo` keeps a production server from ever starting on it.
 */
import { assert, unreachable } from '#base/assert.ts';
import { CNY } from '#protocol/currency.ts';
import { LIMITS } from '#protocol/limits.ts';
import { newEnrolmentCode, openEnrolment } from './enrolment.ts';
import type { IdentityDeps } from './identity.ts';
import { createMerchant, createShopper, fundWithPlayMoney, type NewParty } from './parties.ts';
import type { Party, Store, Tx } from './ports.ts';
import { makeRoomForDevice } from './sessions.ts';

/** Shown on the desk; worth nothing, like the money behind it. */
const DEMO_PIN = '135790';
export const DEMO_SETTING = 'demo';
const SHOPPER: NewParty = { name: '小林', ccy: CNY, playMoney: true };
const VISITOR: NewParty = { name: '新朋友', ccy: CNY, playMoney: true };
const SHOP: NewParty = { name: '街角面馆', ccy: CNY, playMoney: true };

const SHOWN_POSTINGS = 20;

export type DemoAccount = 'demo-shopper' | 'demo-merchant' | 'new-shopper';
type DemoIds = { readonly shopper: string; readonly merchant: string };

/** Makes the demo accounts where there are none. Safe to run at every start, and by two servers at once. */
export async function seedDemo(deps: IdentityDeps): Promise<void> {
  const pinHash = await deps.pins.hash(DEMO_PIN);
  await deps.store.transaction(async (tx) => {
    // Taking a number locks: two servers that start at once seed one after the other.
    await tx.takeNumber('demo-seeding');
    if ((await tx.setting(DEMO_SETTING)) !== null) return;
    const shopper = await openShopper(tx, deps, SHOPPER);
    await setDemoPin(tx, shopper, pinHash);
    const shop = await createMerchant(tx, deps, SHOP);
    assert(shop.ok, 'the demo shop has a good name');
    await setDemoPin(tx, shop.value.party, pinHash);
    const ids: DemoIds = { shopper: shopper.id, merchant: shop.value.party.id };
    await tx.putSetting(DEMO_SETTING, JSON.stringify(ids));
  });
}

/** A code for one device, good for some minutes. Null when the store was never seeded. */
export async function enrolInDemo(deps: IdentityDeps, as: DemoAccount): Promise<string | null> {
  const code = newEnrolmentCode(deps.random);
  return deps.store.transaction(async (tx) => {
    const ids = await demoIds(tx);
    if (ids === null) return null;
    const partyId = await partyFor(tx, deps, as, ids);
    await makeRoomForDevice(tx, deps, partyId);
    await openEnrolment(tx, code, partyId, deps.clock.nowMs() + LIMITS.demoEnrolmentMs);
    return code;
  });
}

async function partyFor(tx: Tx, deps: IdentityDeps, as: DemoAccount, ids: DemoIds): Promise<string> {
  switch (as) {
    case 'demo-shopper':
      return ids.shopper;
    case 'demo-merchant':
      return ids.merchant;
    case 'new-shopper':
      return (await openShopper(tx, deps, VISITOR)).id;
    default:
      return unreachable(as);
  }
}

/** Without a PIN: a newcomer sets one, as at any first use. */
async function openShopper(tx: Tx, deps: IdentityDeps, wanted: NewParty): Promise<Party> {
  const party = await createShopper(tx, deps, wanted);
  assert(party.ok, 'the demo shopper has a good name');
  const funded = await fundWithPlayMoney(tx, deps, party.value, LIMITS.demoShopperMinor);
  assert(funded.ok, 'a fresh account has room for play money');
  return party.value;
}

async function setDemoPin(tx: Tx, party: Party, hash: string): Promise<void> {
  await tx.putPin({ partyId: party.id, hash, wrong: 0, lockedUntilMs: 0 });
}

export type DemoLedger = {
  readonly sumMinor: number;
  readonly accounts: number;
  readonly postings: { ref: string; debit: string; credit: string; amountMinor: number; atMs: number }[];
};

/** Reads everything, as an auditor would: the sum is added up, not remembered. */
export async function readDemoLedger(store: Store): Promise<DemoLedger> {
  const { balances, postings } = await store.audit();
  const newest = postings.toSorted((a, b) => b.atMs - a.atMs).slice(0, SHOWN_POSTINGS);
  return {
    sumMinor: [...balances.values()].reduce((sum, balanceMinor) => sum + balanceMinor, 0),
    accounts: balances.size,
    postings: newest.map(({ ref, debit, credit, amountMinor, atMs }) => ({ ref, debit, credit, amountMinor, atMs })),
  };
}

async function demoIds(tx: Tx): Promise<DemoIds | null> {
  const stored = await tx.setting(DEMO_SETTING);
  return stored === null ? null : (JSON.parse(stored) as DemoIds);
}
