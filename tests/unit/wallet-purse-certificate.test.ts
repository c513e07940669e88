/** No certificate is stored that is not the issuer's word for this purse of this device; and what the server holds is not lost over that. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { kidOf } from '#protocol/kid.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { createVerifier, generateSigner } from '#server/adapters/issuer-es256.ts';
import type { Issuer, IssuerUse } from '#server/core/ports.ts';
import type { Core } from '#wallet/core.ts';
import { pullFeed } from '#wallet/feed.ts';
import { enrol, restore, signOut } from '#wallet/identity.ts';
import { learnMe } from '#wallet/me.ts';
import { NO_KEYS } from '#wallet/memory-disk.ts';
import { pay } from '#wallet/pay.ts';
import { loadPurse } from '#wallet/purse.ts';
import type { IdentityRecord } from '#wallet/records.ts';
import { genuinePurses } from '#wallet/purse-genuine.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import { createSync } from '#wallet/sync.ts';
import { tendPurses } from '#wallet/tend-purses.ts';
import { PIN } from '../fixtures/memory-ports.ts';
import { LOADED, openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const byPin = { user: PIN, challenge: null };

let world: PurseWorld;
let issuer: Issuer & { readonly root: Es256Signer };
let usual: Issuer['signer'];

beforeEach(async () => {
  world = await openPurseWorld();
  issuer = world.server.options.issuer as typeof issuer;
  usual = issuer.signer;
});
afterEach(() => {
  issuer.signer = usual;
  world.close();
});

const load = (core: Core, amountMinor = LOADED) => loadPurse(core, { kind: 'open' }, amountMinor, byPin);
const asked = (path: RegExp) => world.phone.network.sent.filter((one) => path.test(one.path)).length;
const reserveMinor = async () => (await world.server.joined('demo-shopper', 'other.chit.localhost:8080')).me;

/** Purse certificates are signed by this key from now on. */
function signWith(kid: Bytes, signer: Es256Signer): void {
  issuer.signer = (use: IssuerUse) => (use === 'purse' ? { kid: kid as never, sign: (message: Bytes) => signer.sign(message) } : usual(use));
}
/** A signature that is not by the key that it names: what a damaged certificate is, too. */
const damaged = () => signWith(usual('purse').kid, generateSigner());
const foreign = () => {
  const key = generateSigner();
  signWith(kidOf(key.publicKey), key);
};
/** The server gives another certificate when the last one is a minute old. */
const mended = () => {
  issuer.signer = usual;
  world.server.clock.advance(MINUTE + 1_000);
};

/** As a burst does when somebody answers. */
async function learn(core: Core): Promise<void> {
  expect(await learnMe(core)).toMatchObject({ ok: true });
  await tendPurses(core);
}

describe.each([
  ['damaged', damaged],
  ['by a key of nobody', foreign],
] as const)('a certificate that is %s', (_, spoil) => {
  it('of a new purse is not kept; its money is set aside once, and the next look brings a good one', async () => {
    const core = await world.tab();
    spoil();
    expect(await load(core)).toEqual({ ok: false, error: 'INTERNAL' });
    expect(await pullFeed(core)).toBe(true);
    await learn(core);
    expect(world.rows().purses).toEqual([]);
    expect(await load(core)).toEqual({ ok: false, error: 'INTERNAL' });
    mended();
    await learn(core);
    expect(world.rows().purses).toMatchObject([{ limMinor: LOADED, state: { kind: 'active' }, head: null }]);
    expect(JSON.stringify(await reserveMinor())).toContain(`"reserveMinor":${LOADED},`);
    expect(await signPayment(core, await world.sheet(core, await world.code()))).toMatchObject({ ok: true, value: { seq: 1 } });
  });

  it('of a top-up leaves the one that is here, which pays; asked again it is the same top-up', async () => {
    const core = await world.tab();
    await load(core);
    const [before] = world.rows().purses;
    spoil();
    expect(await load(core, 2_000)).toEqual({ ok: false, error: 'INTERNAL' });
    await pullFeed(core);
    await learn(core);
    expect(world.rows().purses).toEqual([before]);
    expect(await signPayment(core, await world.sheet(core, await world.code()))).toMatchObject({ ok: true });
    expect(await load(core, 2_000)).toEqual({ ok: false, error: 'INTERNAL' });
    mended();
    await learn(core);
    expect(world.rows().purses).toMatchObject([{ limMinor: LOADED + 2_000, head: { seq: 1 } }]);
  });
});

describe('what is asked of a certificate', () => {
  async function viewOf(core: Core): Promise<PurseView> {
    await load(core);
    const { me } = await world.server.joined('demo-shopper', 'other.chit.localhost:8080');
    const [view] = (me as { readonly purses: PurseView[] }).purses;
    if (view === undefined) throw new Error('no purse');
    return view;
  }
  const isGenuine = async (core: Core, view: PurseView) => (await genuinePurses(core, [view])).has(view);

  it('that it is of this purse, with the figures told, for the key of this device', async () => {
    const core = await world.tab();
    const view = await viewOf(core);
    expect(await isGenuine(core, view)).toBe(true);
    const wrong: Partial<PurseView>[] = [
      { id: '00'.repeat(8) }, { kind: 'tab' }, { kind: 'tab', merchantId: '00'.repeat(8) }, { ccy: 840 }, { limMinor: view.limMinor + 1 }, { capMinor: view.capMinor + 1 },
      { maxCount: view.maxCount + 1 }, { expMs: view.expMs + 1_000 }, { certificate: view.certificate.slice(0, -8) }, { certificate: '' },
    ];
    for (const over of wrong) expect([over, await isGenuine(core, { ...view, ...over })]).toEqual([over, false]);
    core.memory.signer = generateSigner();
    expect(await isGenuine(core, view)).toBe(false);
  });

  it('not whether it is good at this hour: one that ran out is the same purse', async () => {
    const core = await world.tab();
    const view = await viewOf(core);
    world.server.clock.advance(100 * HOUR);
    expect(await isGenuine(core, view)).toBe(true);
  });

  it('under a key that is new: the keys are asked for once, for however many', async () => {
    const core = await world.tab();
    const fresh = generateSigner();
    const nowSeconds = Math.floor(world.server.clock.nowMs() / 1_000);
    const added = { publicKey: fresh.publicKey, uses: ['purse' as const], notBeforeSeconds: nowSeconds, notAfterSeconds: nowSeconds + 10_000_000 };
    const keySet = await signKeySet({ seq: 2, iatSeconds: nowSeconds, keys: [...issuer.keys.keys, added], graceSeconds: LIMITS.claimGraceSeconds }, issuer.root);
    const verified = await verifyKeySet(keySet, issuer.rootKey, 2, createVerifier());
    if (!verified.ok) throw new Error(verified.error);
    Object.assign(issuer, { keySet, keys: verified.value });
    signWith(kidOf(fresh.publicKey), fresh);
    const before = asked(/config/u);
    expect(await load(core)).toMatchObject({ ok: true });
    expect(asked(/config/u)).toBe(before + 1);
    foreign();
    await load(core, 100);
    const [row] = world.rows().purses;
    const { me } = await world.server.joined('demo-shopper', 'other.chit.localhost:8080');
    const [view] = (me as { readonly purses: PurseView[] }).purses;
    if (view === undefined || row === undefined) throw new Error('no purse');
    const now = asked(/config/u);
    expect((await genuinePurses(core, [view, { ...view }, { ...view }])).size).toBe(0);
    expect(asked(/config/u)).toBe(now + 1);
  });
});

/** Its browser cleared the rows and the key, and its user restored. */
async function setUpAnew(core: Core): Promise<void> {
  const { disk } = world.phone;
  disk.rows = { ...disk.rows, identity: undefined, truth: undefined, purses: new Map(), keys: NO_KEYS };
  core.memory.phase = 'cleared';
  expect(await restore(core, PIN)).toMatchObject({ ok: true });
}

it('a purse whose stored certificate cannot be read pays nothing and stops no payment online, and gets another certificate', async () => {
  const core = await world.tab();
  await load(core);
  const { purses } = world.phone.disk.rows;
  for (const purse of purses.values()) purses.set(purse.id, { ...purse, certificate: 'AAAA' });
  const sheet = await world.sheet(core, await world.code());
  expect(await signPayment(core, sheet)).toEqual({ ok: false, error: 'OFFLINE' });
  expect(await pay(core, sheet.draft.draftId, PIN)).toMatchObject({ ok: true });
  await learn(core);
  expect(await signPayment(core, await world.sheet(core, await world.code()))).toMatchObject({ ok: true });
});

it('a purse that outlived its device\'s key signs no more after a restore, and is over', async () => {
  const core = await world.tab();
  await load(core);
  const { disk, network } = world.phone;
  disk.rows = { ...disk.rows, keys: NO_KEYS };
  core.memory.phase = 'cleared';
  expect(await restore(core, PIN)).toMatchObject({ ok: true });
  network.up = false;
  expect(await signPayment(core, await world.sheet(core, await world.code()))).toEqual({ ok: false, error: 'OFFLINE' });
  expect(world.rows().vouchers).toEqual([]);
  expect(world.rows().purses).toMatchObject([{ state: { kind: 'released' } }]);
});

it('a purse whose certificate names another key than this device\'s signs nothing', async () => {
  const core = await world.tab();
  await load(core);
  const { keys } = world.phone.disk.rows;
  core.memory.signer = generateSigner();
  expect(await signPayment(core, await world.sheet(core, await world.code()))).toEqual({ ok: false, error: 'OFFLINE' });
  core.memory.signer = keys.signer;
  expect(await signPayment(core, await world.sheet(core, await world.code()))).toMatchObject({ ok: true });
});

it('an answer that was asked for before a restore makes no purse of the old device ours', async () => {
  const { phone } = world;
  const core = await world.tab();
  await load(core);
  const gate = phone.network.holdReply('GET', '/v1/me');
  const learnt = learnMe(core);
  await gate.reached;
  await setUpAnew(core);
  const restored = core.memory.identity?.deviceId;
  gate.release();
  expect(await learnt).toEqual({ ok: false, error: 'NOT_SIGNED_IN' });
  expect(phone.disk.rows.identity).toMatchObject({ deviceId: restored });
  expect(world.rows().purses).toEqual([]);
});

it('an answer that was asked for before another tab set up another account is not filed there, and the tab that asked goes on with that account', async () => {
  const { disk, network } = world.phone;
  const [late, other] = [await world.tab(), await world.tab()];
  late.memory.identity = { ...(late.memory.identity as IdentityRecord), name: 'an older name' };
  const gate = network.holdReply('GET', '/v1/me');
  const learnt = learnMe(late);
  await gate.reached;
  expect(await signOut(other)).toMatchObject({ ok: true });
  expect(await enrol(other, { demo: 'demo-merchant' })).toMatchObject({ ok: true });
  gate.release();
  expect(await learnt).toEqual({ ok: false, error: 'NOT_WRITER' });
  expect(disk.rows.identity).toEqual(other.memory.identity);
  const sync = createSync(late);
  await sync.burst();
  sync.stop();
  expect(late.memory.identity?.deviceId).toBe(other.memory.identity?.deviceId);
  expect(late.memory.signer?.publicKey).toEqual(other.memory.signer?.publicKey);
});

it('a tab that slept through a restore in another takes the new key with the new device, and keeps what is loaded under it', async () => {
  const core = await world.tab();
  await load(core);
  const other = await world.tab();
  await setUpAnew(other);
  expect(await load(other)).toMatchObject({ ok: true });
  core.memory.factsDue = true;
  const sync = createSync(core);
  await sync.burst();
  sync.stop();
  expect(core.memory.identity).toEqual(other.memory.identity);
  expect(core.memory.signer?.publicKey).toEqual(other.memory.signer?.publicKey);
  await learn(core);
  expect(world.rows().purses).toHaveLength(1);
  expect(core.memory.unproved).toEqual([]);
});

it('a purse that is answered after its user signed out is not called forged', async () => {
  const core = await world.tab();
  const complaints: string[] = [];
  Object.assign(core.ports, { log: { ...core.ports.log, error: (event: string) => void complaints.push(event) } });
  const gate = world.phone.network.holdReply('POST', '/v1/purses');
  const loaded = load(core);
  await gate.reached;
  expect(await signOut(core)).toEqual({ ok: true, value: undefined });
  gate.release();
  expect(await loaded).toMatchObject({ ok: false });
  expect(complaints).toEqual([]);
  expect(world.rows().purses).toEqual([]);
});

it('what the account is, answered after its user signed out, looks for no wallet', async () => {
  const core = await world.tab();
  core.memory.factsDue = true;
  const sync = createSync(core);
  const gate = world.phone.network.holdReply('GET', '/v1/me');
  const burst = sync.burst();
  await gate.reached;
  expect(await signOut(core)).toEqual({ ok: true, value: undefined });
  const before = asked(/./u);
  gate.release();
  await burst;
  sync.stop();
  expect(asked(/./u)).toBe(before);
});
