/** The remembered wallet screen: what is kept, what is believed when read, and that the wallet's own word always ends it. */
import { afterEach, expect, test, vi } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { createPicture, readPicture, writePicture } from '#ui/models/picture.ts';
import { createWallet } from '#ui/models/wallet.ts';
import type { Environment, Snapshot } from '#wallet/api.ts';
import { ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { credit, fakeWallet, merchant, payment, snapshot } from '../fixtures/fake-wallet.ts';
import { memoryStorage } from '../fixtures/memory-storage.ts';

const BUILD = '/assets/index-abc.js';
const atOnce = (work: () => void) => work();
const KEY = 'chit.picture';
const seen = snapshot({ recent: [payment(), credit], waiting: 1 });

afterEach(() => void vi.useRealTimers());

test('what a shopper saw is shown at the next start, whole but for the connection and old records', () => {
  const store = memoryStorage();
  const many = Array.from({ length: 9 }, (_, index) => payment({ id: String(index).repeat(32), merchantName: '面😀馆 “”\n' }));
  createPicture(store, BUILD, atOnce).follow({ ...seen, recent: many });
  expect(createPicture(store, BUILD, atOnce).recall()).toEqual({ ...seen, connection: 'unknown', recent: many.slice(0, 5) });
});

test.each<[string, Partial<Snapshot>]>([
  ['signed out', { phase: 'welcome', identity: null }],
  ['cleared', { phase: 'cleared', identity: null }],
  ['blocked', { phase: 'blocked', blocked: 'STORAGE_OUTDATED' }],
  ["a merchant's", { identity: merchant }],
])('a wallet that is %s leaves no picture, and removes the one before', (_, over) => {
  const store = memoryStorage();
  const picture = createPicture(store, BUILD, atOnce);
  picture.follow(seen);
  picture.follow(snapshot({ phase: 'starting', identity: null }));
  expect(picture.recall()).not.toBeNull();
  picture.follow(snapshot(over));
  expect([picture.recall(), store.length]).toEqual([null, 0]);
});

test("another build's picture is not shown: its shape may be another", () => {
  expect(readPicture(writePicture(seen, BUILD), '/assets/index-abd.js')).toBeNull();
});

test('any single changed character, any cut and any garbage is as if nothing were there', () => {
  const text = writePicture(seen, BUILD);
  expect(readPicture(text, BUILD)).not.toBeNull();
  const store = memoryStorage();
  const wrong = [...text].flatMap((char, at) => [text.slice(0, at), text.slice(0, at) + (char === '7' ? '8' : '7') + text.slice(at + 1)]);
  for (const each of [...wrong, '', ' ', 'null', '{}', '[]', `${BUILD} 0 `, `${text} `, `${BUILD} ${text}`]) {
    store.setItem(KEY, each);
    expect(createPicture(store, BUILD, atOnce).recall(), each.slice(0, 60)).toBeNull();
  }
});

test("a merchant's or a blocked snapshot is not believed, though it bears stamp and sum", () => {
  for (const over of [{ identity: merchant }, { phase: 'blocked' }, { identity: null }] as const) expect(readPicture(writePicture(snapshot(over), BUILD), BUILD)).toBeNull();
});

test('a picture over the limit is neither kept nor read', () => {
  const store = memoryStorage();
  const picture = createPicture(store, BUILD, atOnce);
  picture.follow(seen);
  const huge = snapshot({ recent: [payment({ merchantName: '面'.repeat(LIMITS.pictureChars) })] });
  picture.follow(huge);
  expect(store.length).toBe(0);
  expect(readPicture(writePicture(huge, BUILD), BUILD)).toBeNull();
});

test('a forbidden or full storage costs the picture only', () => {
  const thrower = (): never => {
    throw new DOMException('no', 'QuotaExceededError');
  };
  for (const store of [null, { ...memoryStorage(), getItem: thrower, setItem: thrower, removeItem: thrower }]) {
    const picture = createPicture(store, BUILD, atOnce);
    picture.follow(seen);
    picture.follow(snapshot({ phase: 'welcome' }));
    expect(picture.recall()).toBeNull();
  }
});

const environment: Environment = { origin: 'https://chit.example', host: 'chit.example', keeping: 'best-effort', hadWallet: false };

test('the picture is for the eye alone, and the first word of the wallet ends it', async () => {
  const opening = Promise.withResolvers<Result<Snapshot, ErrorCode>>();
  const api = fakeWallet(snapshot(), { open: () => opening.promise });
  const wallet = createWallet(api, Promise.resolve(environment), seen);
  expect([wallet.snapshot.value.phase, wallet.shown.value]).toEqual(['starting', seen]);
  await vi.waitFor(() => expect(api.calls).toContain('open'));
  api.push(snapshot({ phase: 'cleared', identity: null, balance: null }));
  opening.resolve(ok(snapshot({ phase: 'cleared', identity: null, balance: null })));
  await vi.waitFor(() => expect(wallet.shown.value).toMatchObject({ phase: 'cleared', balance: null }));
});

test('behind a wallet that hangs the picture does not stand for long', () => {
  vi.useFakeTimers();
  const wallet = createWallet(fakeWallet(snapshot(), { open: () => new Promise(() => undefined) }), Promise.resolve(environment), seen);
  vi.advanceTimersByTime(2_999);
  expect(wallet.shown.value.phase).toBe('ready');
  vi.advanceTimersByTime(1);
  expect(wallet.shown.value).toMatchObject({ phase: 'starting', balance: null });
});

test('it is written when there is time for it, the newest once; what was forgotten meanwhile is not written', () => {
  const store = memoryStorage();
  const due: (() => void)[] = [];
  const picture = createPicture(store, BUILD, (work) => void due.push(work));
  const pass = () => due.splice(0).forEach((work) => work());
  picture.follow(snapshot({ waiting: 1 }));
  picture.follow(snapshot({ waiting: 2 }));
  expect([store.length, due.length]).toEqual([0, 1]);
  pass();
  expect(picture.recall()).toMatchObject({ waiting: 2 });
  picture.follow(snapshot({ waiting: 3 }));
  picture.follow(snapshot({ phase: 'welcome', identity: null }));
  expect(store.length, 'gone at once').toBe(0);
  pass();
  expect(store.length, 'and for good').toBe(0);
});
