/**
 * Demo mode: one shopper and two shops with play money, and fresh shoppers for whoever asks. Everything here is marked as play
 * money in the store. The setting `demo` keeps a production server from ever starting on it, `production` the demo.
 */
import { assert } from '#base/assert.ts';
import { CNY } from '#protocol/currency.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { FLOAT_ACCOUNT, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { newEnrolmentCode, openEnrolment } from './enrolment.ts';
import type { IdentityDeps } from './identity.ts';
import { createMerchant, createShopper, fundWithPlayMoney, type NewParty } from './parties.ts';
import type { Party, Store, Tx } from './ports.ts';
import { makeRoomForDevice } from './sessions.ts';

/** Shown on the desk; worth nothing, like the money behind it. */
const DEMO_PIN = '135790';
export const DEMO_SETTING = 'demo';
const PRODUCTION_SETTING = 'production';
/** Taking this number locks: servers that start at once look and write one after the other. */
const SEEDING = 'demo-seeding';
const SHOPPER: NewParty = { name: '小林', ccy: CNY, playMoney: true };
const VISITOR: NewParty = { name: '新朋友', ccy: CNY, playMoney: true };
const SHOP: NewParty = { name: '街角面馆', ccy: CNY, playMoney: true };
/** For those who try what happens between two shops. */
const SECOND_SHOP: NewParty = { name: '巷口水果店', ccy: CNY, playMoney: true };

const SHOWN_POSTINGS = 20;
const SHOWN_PURSES = 40;
const SHOWN_VOUCHERS = 100;

export type DemoAccount = 'demo-shopper' | 'demo-merchant' | 'demo-merchant-2' | 'new-shopper';
type DemoIds = { readonly shopper: string; readonly merchant: string; readonly secondMerchant: string };
type SeededAccount = Exclude<DemoAccount, 'new-shopper'>;

const MEMBER: { readonly [A in SeededAccount]: keyof DemoIds } = { 'demo-shopper': 'shopper', 'demo-merchant': 'merchant', 'demo-merchant-2': 'secondMerchant' };

/**
 * Makes the demo accounts where there are none. Safe to run at every start, and by two servers at once. False, and nothing is
 * written: this store serves production.
 */
export async function seedDemo(deps: IdentityDeps): Promise<boolean> {
  const pinHash = await deps.pins.hash(DEMO_PIN);
  return deps.store.transaction(async (tx) => {
    await tx.takeNumber(SEEDING);
    if ((await tx.setting(PRODUCTION_SETTING)) !== null) return false;
    for (const as of Object.keys(MEMBER) as SeededAccount[]) await renew(tx, deps, as, pinHash);
    return true;
  });
}

/** From its first start on, a store that serves production is no demo's. False, and nothing is written: it holds demo accounts. */
export async function takeForProduction(store: Store): Promise<boolean> {
  return store.transaction(async (tx) => {
    await tx.takeNumber(SEEDING);
    if ((await tx.setting(DEMO_SETTING)) !== null) return false;
    await tx.putSetting(PRODUCTION_SETTING, 'yes');
    return true;
  });
}

/** A code for one device, good for some minutes. Null when the store was never seeded. */
export async function enrolInDemo(deps: IdentityDeps, as: DemoAccount): Promise<string | null> {
  const code = newEnrolmentCode(deps.random);
  const lacking = as !== 'new-shopper' && (await deps.store.transaction(async (tx) => isLacking(tx, await demoIds(tx), as)));
  const pinHash = lacking ? await deps.pins.hash(DEMO_PIN) : null;
  return deps.store.transaction(async (tx) => {
    const ids = await demoIds(tx);
    if (ids === null) return null;
    const partyId = await partyFor(tx, deps, as, ids, pinHash);
    // Accounts before the party, as in payments. Room for a device may end purses, and locks theirs after it: a deadlock is run again.
    if (as === 'demo-shopper') await fillUp(tx, deps, partyId);
    await makeRoomForDevice(tx, deps, partyId);
    await openEnrolment(tx, code, partyId, deps.clock.nowMs() + LIMITS.demoEnrolmentMs);
    return code;
  });
}

async function partyFor(tx: Tx, deps: IdentityDeps, as: DemoAccount, ids: Partial<DemoIds>, pinHash: string | null): Promise<string> {
  if (as === 'new-shopper') return (await openShopper(tx, deps, VISITOR)).id;
  const known = ids[MEMBER[as]];
  if (pinHash === null && known !== undefined) return known;
  assert(pinHash !== null, 'whoever is made anew has a PIN');
  await tx.takeNumber(SEEDING);
  return renew(tx, deps, as, pinHash);
}

/** The account's party, made anew where there is none, or where a double spend has frozen it: a demo goes on. */
async function renew(tx: Tx, deps: IdentityDeps, as: SeededAccount, pinHash: string): Promise<string> {
  const ids = await demoIds(tx);
  const known = ids?.[MEMBER[as]];
  if (known !== undefined && !(await isLacking(tx, ids, as))) return known;
  const party = await openDemoParty(tx, deps, as);
  await tx.putPin({ partyId: party.id, hash: pinHash, wrong: 0, lockedUntilMs: 0 });
  await tx.putSetting(DEMO_SETTING, JSON.stringify({ ...ids, [MEMBER[as]]: party.id }));
  return party.id;
}

/** A store of an older demo has no second shop. */
async function isLacking(tx: Tx, ids: Partial<DemoIds> | null, as: SeededAccount): Promise<boolean> {
  const id = ids?.[MEMBER[as]];
  const party = id === undefined ? null : await tx.party(id);
  return party?.status !== 'active';
}

async function openDemoParty(tx: Tx, deps: IdentityDeps, as: SeededAccount): Promise<Party> {
  if (as === 'demo-shopper') return openShopper(tx, deps, SHOPPER);
  const shop = await createMerchant(tx, deps, as === 'demo-merchant' ? SHOP : SECOND_SHOP);
  assert(shop.ok, 'the demo shops have good names');
  return shop.value.party;
}

/** Many visitors spend as one shopper: whoever joins finds money to try it with. */
async function fillUp(tx: Tx, deps: IdentityDeps, partyId: string): Promise<void> {
  const account = shopperAccount(partyId);
  const heldMinor = (await tx.lockBalances([FLOAT_ACCOUNT, account], CNY)).get(account) ?? 0;
  const party = await tx.party(partyId);
  if (party === null || heldMinor >= LIMITS.demoFillUpMinor) return;
  const funded = await fundWithPlayMoney(tx, deps, party, LIMITS.demoShopperMinor);
  assert(funded.ok, 'an account that is nearly empty has room for play money');
}

/** Without a PIN: a newcomer sets one, as at any first use. */
async function openShopper(tx: Tx, deps: IdentityDeps, wanted: NewParty): Promise<Party> {
  const party = await createShopper(tx, deps, wanted);
  assert(party.ok, 'the demo shopper has a good name');
  const funded = await fundWithPlayMoney(tx, deps, party.value, LIMITS.demoShopperMinor);
  assert(funded.ok, 'a fresh account has room for play money');
  return party.value;
}

/** What the desk shows of the books: the newest rows, and whatever they name. */
export type DemoLedger = Omit<DemoLedgerReply, 'nowMs' | 'ccy'>;

/** Reads everything, as an auditor would: the sum is added up, not remembered. */
export async function readDemoLedger(store: Store): Promise<DemoLedger> {
  const { balances, postings, purses, vouchers } = await store.audit();
  const newest = postings.toSorted((a, b) => b.atMs - a.atMs).slice(0, SHOWN_POSTINGS);
  const named = new Set(newest.flatMap(({ debit, credit }) => [debit, credit]));
  const shownPurses = purses.filter(({ id }) => named.has(reserveAccount(id))).slice(0, SHOWN_PURSES);
  const shownVouchers = vouchers.filter(({ purseId }) => shownPurses.some(({ id }) => id === purseId)).slice(0, SHOWN_VOUCHERS);
  return {
    sumMinor: [...balances.values()].reduce((sum, balanceMinor) => sum + balanceMinor, 0),
    accounts: balances.size,
    postings: newest.map(({ ref, debit, credit, amountMinor, atMs }) => ({ ref, debit, credit, amountMinor, atMs })),
    balances: await store.transaction((tx) => inTurn([...named], async (account) => ({ account, name: await nameOf(tx, account), balanceMinor: balances.get(account) ?? 0 }))),
    purses: shownPurses.map(({ id, limMinor, proved }) => ({ id, limMinor, proved })),
    vouchers: shownVouchers.map(({ vid, purseId, merchantId, amountMinor, state, reserveMinor, guaranteeMinor }) => ({ vid, purseId, merchantId, amountMinor, state, reserveMinor, guaranteeMinor })),
  };
}

/** One question after the other: each may take several, and a desk that is refreshed is in no hurry. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

async function nameOf(tx: Tx, account: string): Promise<string | null> {
  const [kind, id = ''] = account.split(':');
  if (kind === 'mer') return (await tx.merchant(id))?.name ?? null;
  return kind === 'user' || kind === 'debt' ? ((await tx.party(id))?.name ?? null) : null;
}

async function demoIds(tx: Tx): Promise<Partial<DemoIds> | null> {
  const stored = await tx.setting(DEMO_SETTING);
  return stored === null ? null : (JSON.parse(stored) as Partial<DemoIds>);
}
