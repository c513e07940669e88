/**
 * Two builds of the app over one database. The next build is this one with a newer shape: the proxy writes it into the wallet's
 * worker. These phones have no service worker, so that what a tab runs is what the server has at that moment.
 */
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, openLink, openShopper, openTill, seeConfirm, seeSlip } from './harness/people.ts';
import type { Phone } from './harness/phone.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { NewPhone, World } from './harness/world.ts';

const words = wordsIn('zh-CN');
const FIRST_VERSION = /\{version:1,stores:/;
/** Dexie counts in tens. */
const NEXT_NATIVE_VERSION = 990;

type Builds = { readonly phone: Phone; deployNext(upgrade?: string): void; deployThis(): void; end(): void };

/** A phone whose tabs run what the server has when they load: worker files go through the proxy, which keeps nothing of them anywhere. */
async function phoneOfBuilds(world: World, phone: NewPhone): Promise<Builds> {
  let shape = '';
  let fired = 0;
  const stop = world.proxy.amend(/^\/assets\/[\w.-]*worker-[\w-]+\.js$/, (text) => {
    if (shape !== '' && FIRST_VERSION.test(text)) fired += 1;
    return shape === '' ? text : text.replace(FIRST_VERSION, `${shape},{version:1,stores:`);
  });
  const made = await phone('shopper', { fresh: true });
  await made.context().addInitScript(() => delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker);
  return {
    phone: made,
    deployNext(upgrade = '') {
      shape = `{version:${NEXT_NATIVE_VERSION / 10},stores:{later:"id"}${upgrade}}`;
    },
    deployThis() {
      shape = '';
    },
    end() {
      stop();
      expect(fired, 'the next build was really served').toBeGreaterThan(0);
    },
  };
}

/** What really lies in the database, with no app in between. */
function rows(page: Page): Promise<{ readonly version: number; readonly payments: number; readonly outbox: number }> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no reason'));
      });
    const database = await done(indexedDB.open('chit'));
    const count = (table: string): Promise<number> => done(database.transaction(table).objectStore(table).count());
    const found = { version: database.version, payments: await count('payments'), outbox: await count('outbox') };
    database.close();
    return found;
  });
}

const seeMoney = (page: Page, sum = '500.00'): Promise<void> => expect(page.getByText(sum).first()).toBeVisible({ timeout: 20_000 });
/** The sum alone proves nothing: what was seen last is shown while the database opens. */
async function seeUpgraded(page: Page): Promise<void> {
  await expect.poll(async () => (await rows(page)).version, { timeout: 20_000 }).toBe(NEXT_NATIVE_VERSION);
  await seeMoney(page);
}

const seeError = (page: Page, code: 'STORAGE_OUTDATED' | 'STORAGE_SLOW' | 'STORAGE_UPGRADE'): Promise<void> => expect(page.getByText(words.errors[code].title as string)).toBeVisible({ timeout: 20_000 });

test('case 20: a tab that is older than the database writes nothing more, says so, and pays after a reload', async ({ world, phone }) => {
  const builds = await phoneOfBuilds(world, phone);
  const shopperPhone = builds.phone;
  const [old, till] = [await openShopper(shopperPhone), await openTill(await phone('till'))];
  await openLink(old, await charge(till, '6'));
  await seeConfirm(old, '¥6.00');
  const sent = world.proxy.count('POST', '/v1/payments');
  builds.deployNext();
  const newer = await shopperPhone.newTab('/');
  await seeUpgraded(newer);
  await seeError(old, 'STORAGE_OUTDATED');
  expect(await rows(newer)).toEqual({ version: NEXT_NATIVE_VERSION, payments: 0, outbox: 0 });
  expect(world.proxy.count('POST', '/v1/payments')).toBe(sent);
  await old.getByRole('button', { name: words.shell.reload }).click();
  await seeConfirm(old, '¥6.00');
  await confirmWithPin(old, '¥6.00', { first: true });
  await seeSlip(old, 'settled');
  await seeMoney(newer, '494.00');
  builds.end();
});

test('case 24: the build of before over a newer database says that it is old, touches nothing, and the newer one goes on', async ({ world, phone }) => {
  const builds = await phoneOfBuilds(world, phone);
  const shopperPhone = builds.phone;
  const page = await openShopper(shopperPhone);
  builds.deployNext();
  await page.reload();
  await seeUpgraded(page);
  builds.deployThis();
  await page.reload();
  await seeError(page, 'STORAGE_OUTDATED');
  await expect(page.getByRole('button', { name: words.shell.firstRun.tryPlay })).toHaveCount(0);
  expect((await rows(page)).version).toBe(NEXT_NATIVE_VERSION);
  builds.deployNext();
  await page.getByRole('button', { name: words.shell.reload }).click();
  await seeMoney(page);
  builds.end();
});

test('case 21: an upgrade that another tab holds up is told in words; closed, it goes through', async ({ world, phone }) => {
  const builds = await phoneOfBuilds(world, phone);
  const shopperPhone = builds.phone;
  const deaf = await openShopper(shopperPhone);
  await deaf.evaluate(
    () =>
      new Promise<void>((opened) => {
        const request = indexedDB.open('chit');
        request.onsuccess = () => opened(void Object.assign(window, { held: request.result }));
      }),
  );
  builds.deployNext();
  const page = await shopperPhone.newTab('/');
  await seeError(page, 'STORAGE_SLOW');
  await deaf.close();
  await page.getByRole('button', { name: words.shell.reload }).click();
  await seeUpgraded(page);
  builds.end();
});

test('case 22: an upgrade that fails leaves the database of before, says so, and a build that can goes on', async ({ world, phone }) => {
  const builds = await phoneOfBuilds(world, phone);
  const shopperPhone = builds.phone;
  const page = await openShopper(shopperPhone);
  const before = await rows(page);
  builds.deployNext(',upgrade:()=>{throw new TypeError("a bug in the upgrade")}');
  await page.reload();
  await seeError(page, 'STORAGE_UPGRADE');
  expect(await rows(page)).toEqual(before);
  builds.deployThis();
  await page.getByRole('button', { name: words.shell.reload }).click();
  await seeMoney(page);
  builds.end();
});
