/** Where a browser keeps what we store: what is found out, and what follows for the purse. Reliability cases 4 and 5. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, askToKeep, findKeeping } from '#browser/keeping.ts';
import type { Keeping } from '#wallet/api-payer.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const CHROME = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/136.0 Mobile Safari/537.36';
const yes = async () => true;
const no = async () => false;
const refuses = async () => Promise.reject(new TypeError('not here'));
const folder = async () => ({});
const noFolder = (name: string) => () => Promise.reject(new DOMException('not in a private window', name));

describe('case 4: what the browser promises', () => {
  it.each<[string, Asked['storage'], Keeping, Keeping]>([
    ['kept already', { persisted: yes, persist: yes, getDirectory: folder }, 'kept', 'kept'],
    ['granted when asked', { persisted: no, persist: yes, getDirectory: folder }, 'best-effort', 'kept'],
    ['refused when asked', { persisted: no, persist: no, getDirectory: folder }, 'best-effort', 'best-effort'],
    ['fails when asked', { persisted: refuses, persist: refuses, getDirectory: folder }, 'best-effort', 'best-effort'],
    ['has no such call', {}, 'best-effort', 'best-effort'],
    ['has no storage at all', undefined, 'best-effort', 'best-effort'],
  ])('%s', async (_, storage, found, asked) => {
    expect(await findKeeping({ userAgent: CHROME, storage })).toBe(found);
    expect(await askToKeep({ userAgent: CHROME, storage })).toBe(asked);
  });
});

describe('case 5: a window that keeps nothing', () => {
  it.each(['SecurityError', 'UnknownError'])('private, by its %s', async (name) => {
    const storage = { persisted: no, persist: yes, getDirectory: noFolder(name) };
    expect(await askToKeep({ userAgent: CHROME, storage })).toBe('private');
  });

  it('is not private because of another fault', async () => {
    expect(await findKeeping({ userAgent: CHROME, storage: { getDirectory: noFolder('NotFoundError') } })).toBe('best-effort');
  });

  it.each(['MicroMessenger/8.0.49', 'AlipayClient/10.6', 'QQ/9.0', 'Weibo (x)', 'DingTalk/7.5', 'FBAN/FB4A', 'Instagram 300', 'Line/14.1'])('inside another app: %s', async (mark) => {
    expect(await askToKeep({ userAgent: `${CHROME} ${mark}`, storage: { persisted: yes } })).toBe('in-app');
  });
});

describe('what follows for the purse', () => {
  let world: PurseWorld;
  let phone: MemoryPhone;

  beforeEach(async () => {
    world = await openPurseWorld();
    ({ phone } = world);
  });
  afterEach(() => world.close());

  it('case 4: half of the caps where nothing is promised; the whole once it is', async () => {
    phone.beside.keeping = 'best-effort';
    const wallet = await phone.start();
    expect(await until(wallet, (now) => now.offline !== null)).toMatchObject({ offline: { limMinor: 25_000, capMinor: 10_000, halved: true, keeping: 'best-effort' } });
    await wallet.noteKeeping('kept');
    expect(await until(wallet, (now) => now.offline?.keeping === 'kept')).toMatchObject({ offline: { limMinor: 50_000, capMinor: 20_000, halved: false } });
  });

  it('case 4: no payment above the half, though the certificate allows it', async () => {
    const link = await world.code('150');
    const core = await world.tab();
    await world.loaded(core, 40_000);
    phone.beside.keeping = 'best-effort';
    const wallet = await phone.start();
    phone.network.up = false;
    await wallet.wake('button');
    await until(wallet, (now) => now.connection === 'offline');
    const draft = await wallet.prepare(link);
    expect(draft).toMatchObject({ ok: true, value: { plan: { source: 'none', why: 'PURSE_SHORT' } } });
    if (!draft.ok) throw new Error(draft.error);
    expect(await wallet.pay(draft.value.draftId, PIN)).toMatchObject({ ok: false, error: 'PURSE_SHORT' });
    await wallet.noteKeeping('kept');
    expect(await wallet.pay(draft.value.draftId, PIN)).toMatchObject({ ok: true, value: { code: expect.stringMatching(/^OP1V:/) } });
  });

  it.each(['in-app', 'private'] as const)('case 5: %s holds no purse, and pays online', async (keeping) => {
    phone.beside.keeping = keeping;
    const link = await world.code();
    const wallet = await phone.start();
    expect(await wallet.loadPurse({ kind: 'open' }, '100', { user: PIN, challenge: null })).toEqual({ ok: false, error: 'PURSE_NOT_HERE' });
    expect(await until(wallet, (now) => now.offline !== null)).toMatchObject({ offline: { purses: [], limMinor: 0, capMinor: 0, halved: false, keeping } });
    const draft = await wallet.prepare(link);
    expect(draft.ok && (await wallet.pay(draft.value.draftId, PIN))).toMatchObject({ ok: true });
    expect(phone.network.bodies('/v1/purses')).toEqual([]);
  });
});
