/** The page's small models: settings, keys, pages of records, and where an update may land. */
import { expect, test, vi } from 'vitest';
import { byDay, joinPages } from '#ui/models/record-pages.ts';
import { hasTabs, mayUpdateAt } from '#ui/models/route.ts';
import { confirmingCount, isSetAside } from '#ui/models/set-aside.ts';
import { createSettings, readSettings } from '#ui/models/settings.ts';
import { createUpdate } from '#ui/models/update.ts';
import { createWallet } from '#ui/models/wallet.ts';
import { digitsOf, pressAmountKey } from '#ui/parts/keys.ts';
import type { Key } from '#ui/parts/keys.ts';
import { err } from '#base/result.ts';
import { NOW_MS, credit, fakeWallet, payment, sale, snapshot } from '../fixtures/fake-wallet.ts';
import { memoryStorage } from '../fixtures/memory-storage.ts';

const DEFAULTS = { language: 'auto', theme: 'auto', elder: 'off', sound: null, trialDeclined: false };

test.each([
  [null, DEFAULTS],
  ['', DEFAULTS],
  ['null', DEFAULTS],
  ['[1]', DEFAULTS],
  ['{"theme":"dark","elder":"huge","sound":"yes","language":"en","more":1}', { ...DEFAULTS, theme: 'dark', language: 'en' }],
])('settings read from %s', (text, expected) => {
  expect(readSettings(text)).toEqual(expected);
});

test.each([true, false])('a chosen sound (%s) is kept', (sound) => {
  const store = memoryStorage();
  createSettings(store).change({ sound });
  expect(createSettings(store).value.value.sound).toBe(sound);
});

test('settings outlive the page, and a forbidden storage costs only that', () => {
  const store = memoryStorage();
  createSettings(store).change({ elder: 'large' });
  expect(createSettings(store).value.value.elder).toBe('large');
  const full: Storage = { ...memoryStorage(), setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
  const settings = createSettings(full);
  settings.change({ sound: true });
  expect(settings.value.value.sound).toBe(true);
});

test.each<[string, string]>([
  ['1850', '1850'],
  ['18.5', '18.5'],
  ['18.505', '18.50'],
  ['.5', '0.5'],
  ['1..5', '1.5'],
  ['007', '7'],
  ['12345678', '1234567'],
  ['18<', '1'],
  ['<', ''],
])('keys %s make the amount %s', (keys, amount) => {
  const typed = [...keys].reduce((text, key) => pressAmountKey(text, (key === '<' ? 'erase' : key) as Key, 2), '');
  expect(typed).toBe(amount);
});

test('a PIN takes digits of any width, and only digits', () => {
  expect(digitsOf('１３5 7-90 9', 6)).toBe('135790');
  expect(digitsOf('abc', 6)).toBe('');
});

test('pages join without doubles, the newer state of a record wins, newest first', () => {
  const sending = payment({ state: 'sending' });
  const joined = joinPages([sending, credit], [payment(), payment({ id: 'f'.repeat(32), atMs: NOW_MS + 1 })]);
  expect(joined.map((record) => [record.id[0], record.type])).toEqual([['f', 'payment'], ['5', 'payment'], ['c', 'credit']]);
  expect(joined[1]).toMatchObject({ state: 'settled' });
  expect(byDay(joined, (atMs) => (atMs >= NOW_MS ? 'today' : 'before')).map((day) => [day.day, day.records.length])).toEqual([['today', 2], ['before', 1]]);
});

test.each<[string, Parameters<typeof snapshot>[0], boolean]>([
  ['/', {}, true],
  ['/me', {}, true],
  ['/', { busy: true }, false],
  ['/pay', {}, false],
  ['/i', {}, false],
  ['/scan', {}, false],
  ['/records/voucher/1', {}, false],
  ['/records/sale/1/refund', {}, false],
  ['/pending/import', {}, false],
  ['/till', { charge: { sale: sale({ state: 'open' }), link: '', expiresAtMs: 0 } }, false],
  ['/sales', { paidUnseen: [sale()] }, false],
])('an update at %s with %o: %s', (path, over, may) => {
  expect(mayUpdateAt(path, snapshot(over))).toBe(may);
});

test('an update that is accepted in mid-payment does not start; later the wallet rests, then the update starts, and the page reloads once', async () => {
  const container = Object.assign(new EventTarget(), { controller: {} }) as unknown as ServiceWorkerContainer;
  const done: unknown[] = [];
  const registration = Object.assign(new EventTarget(), { waiting: { postMessage: (message: unknown) => done.push(message) }, installing: null });
  let may = false;
  let rested = (): void => undefined;
  const rest = () => new Promise<void>((resolve) => (rested = () => (done.push('rested'), resolve())));
  const { model, watch } = createUpdate(container, () => may, { rest, reload: () => done.push('reload') });
  watch(registration as unknown as ServiceWorkerRegistration);
  expect(model.waiting.value).toBe(true);
  model.accept();
  expect(done).toEqual([]);
  may = true;
  model.accept();
  model.accept();
  expect(done).toEqual([]);
  rested();
  await vi.waitFor(() => expect(done).toEqual(['rested', { type: 'SKIP_WAITING' }]));
  container.dispatchEvent(new Event('controllerchange'));
  expect(done.slice(2)).toEqual(['reload']);
});

test('an update that does not take over in time leaves no page without its wallet', () => {
  vi.useFakeTimers();
  const container = Object.assign(new EventTarget(), { controller: {} }) as unknown as ServiceWorkerContainer;
  let reloads = 0;
  const { model, watch } = createUpdate(container, () => true, { rest: async () => undefined, reload: () => (reloads += 1) });
  watch(Object.assign(new EventTarget(), { waiting: { postMessage() {} }, installing: null }) as unknown as ServiceWorkerRegistration);
  model.accept();
  expect([reloads, model.taking.value]).toEqual([0, true]);
  vi.advanceTimersByTime(10_000);
  expect(reloads).toBe(1);
  vi.useRealTimers();
});

test('a page that another tab has updated under is asked to reload, not reloaded', () => {
  const container = Object.assign(new EventTarget(), { controller: {} }) as unknown as ServiceWorkerContainer;
  let reloads = 0;
  const { model } = createUpdate(container, () => true, { rest: async () => undefined, reload: () => (reloads += 1) });
  container.dispatchEvent(new Event('controllerchange'));
  expect([model.waiting.value, reloads]).toEqual([true, 0]);
  model.accept();
  expect(reloads).toBe(1);
});

test('the first worker that takes a page under it changes nothing', () => {
  const container = Object.assign(new EventTarget(), { controller: null }) as unknown as ServiceWorkerContainer;
  const { model } = createUpdate(container, () => true, { rest: async () => undefined, reload() {} });
  container.dispatchEvent(new Event('controllerchange'));
  expect(model.waiting.value).toBe(false);
});

test.each<[string, () => Promise<unknown>, object, string]>([
  ['nothing new', () => Promise.resolve(), {}, 'newest'],
  ['one that still installs', () => Promise.resolve(), { installing: new EventTarget() }, 'coming'],
  ['one that waits', () => Promise.resolve(), { waiting: {} }, 'coming'],
  ['no network', () => Promise.reject(new TypeError('offline')), {}, 'unknown'],
])('looking for a new version: %s', async (_, update, over, told) => {
  const container = Object.assign(new EventTarget(), { controller: {} }) as unknown as ServiceWorkerContainer;
  const { model, watch } = createUpdate(container, () => true, { rest: async () => undefined, reload() {} });
  expect(await model.check()).toBe('unknown');
  watch(Object.assign(new EventTarget(), { waiting: null, installing: null, update, ...over }) as unknown as ServiceWorkerRegistration);
  expect(await model.check()).toBe(told);
});

test('a first worker, with no page under it yet, is no update', () => {
  const container = Object.assign(new EventTarget(), { controller: null }) as unknown as ServiceWorkerContainer;
  const { model, watch } = createUpdate(container, () => true, { rest: async () => undefined, reload() {} });
  watch(Object.assign(new EventTarget(), { waiting: {}, installing: null }) as unknown as ServiceWorkerRegistration);
  expect(model.waiting.value).toBe(false);
});

test('a wallet that does not open is blocked with its reason; one that opens follows every snapshot', async () => {
  const environment = Promise.resolve({ origin: 'https://chit.example', host: 'chit.example', keeping: 'best-effort', hadWallet: false } as const);
  const broken = createWallet(fakeWallet(snapshot(), { open: () => Promise.resolve(err('STORAGE_UNSUPPORTED')) }), environment);
  await vi.waitFor(() => expect(broken.snapshot.value).toMatchObject({ phase: 'blocked', blocked: 'STORAGE_UNSUPPORTED' }));
  const api = fakeWallet(snapshot());
  const wallet = createWallet(api, environment);
  await vi.waitFor(() => expect(api.calls).toContain('subscribe'));
  api.push(snapshot({ waiting: 3 }));
  expect(wallet.snapshot.value.waiting).toBe(3);
});

test('screens where money is moved stand alone', () => {
  expect(['/pay', '/scan', '/records/payment/1', '/records/voucher/1', '/purse/load', '/', '/records', '/purse'].map(hasTabs)).toEqual([false, false, false, false, false, true, true, true]);
});

test('a payment that was set aside is not said to be confirmed by itself', () => {
  const sending = payment({ state: 'sending' });
  const alone = snapshot({ recent: [sending], waiting: 0, poisoned: 1 });
  expect([isSetAside(sending, alone), confirmingCount(alone)]).toEqual([true, 0]);
  expect([isSetAside(sending, snapshot({ waiting: 1, poisoned: 1 })), isSetAside(payment(), alone)]).toEqual([false, false]);
  expect(confirmingCount(snapshot({ recent: [sending, payment()], waiting: 3 }))).toBe(1);
});
