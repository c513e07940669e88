/** A wallet that has been used for years. Its rows are copies of what it wrote itself a moment ago, put behind its back. */
import type { Page } from '@playwright/test';
import { LIMITS } from '#protocol/limits.ts';
import { atCounter, cut, expectOnce, mend, payByLink, seeVoucherState, takeByHand } from './harness/counter.ts';
import { charge, confirmWithPin, dismissPaid, openLink, seeConfirm, seePaid, seeSlip } from './harness/people.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const PAYMENTS = 10_000;
const VOUCHERS = 2_000;
const words = wordsIn('zh-CN');

/** Older twins of the one payment and the one voucher that are there, a minute between each two. How many rows there are then. */
function multiply(page: Page): Promise<readonly number[]> {
  return page.evaluate(
    async ([payments, vouchers]) => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('no reason'));
        });
      const tx = (await done(indexedDB.open('chit'))).transaction(['payments', 'vouchers'], 'readwrite');
      const twins = async (name: string, count: number, differing: (index: number) => object): Promise<number> => {
        const store = tx.objectStore(name);
        const [row] = (await done(store.getAll())) as { id: string; createdAtMs: number }[];
        if (row === undefined) throw new Error(`no ${name}`);
        const own = Number.parseInt(row.id.slice(-5), 16);
        for (let index = 1; index < count; index++) {
          // Counted on from its own end: from zero, one in a hundred rows would meet a twin of its own name.
          const end = ((own + index) % 0x10_0000).toString(16).padStart(5, '0');
          store.add({ ...row, id: row.id.slice(0, -5) + end, createdAtMs: row.createdAtMs - index * 60_000, ...differing(index) });
        }
        return done(store.count());
      };
      return [await twins('payments', payments ?? 0, () => ({})), await twins('vouchers', vouchers ?? 0, (seq) => ({ purseId: 'f'.repeat(16), seq }))];
    },
    [PAYMENTS, VOUCHERS],
  );
}

test('case 19: ten thousand payments and two thousand vouchers: it opens, shows page after page, and pays with no network', async ({ world, phone }) => {
  test.slow();
  const { shoppers, till } = await atCounter(phone, 1);
  const [shopper] = shoppers as [(typeof shoppers)[0]];
  await openLink(shopper.page(), await charge(till, '3'));
  await seeConfirm(shopper.page(), '¥3.00');
  await confirmWithPin(shopper.page(), '¥3.00', { first: false });
  await seeSlip(shopper.page(), 'settled');
  await dismissPaid(till);
  const link = await charge(till, '4');
  await cut(shopper);
  await takeByHand(till, await payByLink(shopper.page(), link, '¥4.00'));
  await seePaid(till, '4.00');
  await dismissPaid(till);
  expect(await multiply(shopper.page())).toEqual([PAYMENTS, VOUCHERS]);

  await shopper.kill();
  await shopper.start();
  const page = await shopper.open('/records');
  for (let pages = 1; pages <= 4; pages++) {
    await expect(page.locator('.record-row')).toHaveCount(pages * LIMITS.recordsPage);
    await page.getByRole('button', { name: words.pay.records.more }).click();
  }
  const code = await payByLink(shopper.page(), await charge(till, '5'), '¥5.00');
  await takeByHand(till, code);
  await seePaid(till, '5.00');
  await mend(shopper);
  // A session may be new after the browser was killed.
  await seeVoucherState(page, 'settled');
  await expectOnce(world, till, [[page, 400], [page, 500]]);
});
