/** An operator who wants the payer's passkey on dearer payments with no network (`CHIT_STEP_UP`): it signs the voucher itself, and nothing less does. */
import type { Page } from '@playwright/test';
import { errorWords } from '#i18n/error-words.ts';
import { cut, expectOnce, mend, seeVoucherState, takeByHand } from './harness/counter.ts';
import { addFingerprint, type Fingerprint } from './harness/fingerprint.ts';
import { addPasskey, charge, createPin, dismissPaid, openLink, openShopper, openTill, PATIENCE, PIN, seeConfirm, seeInstalled, seePaid } from './harness/people.ts';
import { fillPurse, seeVoucher } from './harness/purse.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { NewPhone, WiredPhone } from './harness/world.ts';

test.use({ serverEnv: { CHIT_STEP_UP: '500' } });

const words = wordsIn('zh-CN');

type Dear = { readonly shopperPhone: WiredPhone; readonly shopper: Page; readonly till: Page };

/** A shopper with 100.00 in the purse, without a network at the confirm sheet of 6.00. `prepare`: after the PIN, before the purse. */
async function atDearSheet(phone: NewPhone, prepare: (page: Page, of: WiredPhone) => Promise<void>): Promise<Dear> {
  const shopperPhone = await phone('shopper', { line: 'own' });
  // A till knows one origin of passkeys: its own.
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(await phone('till', { at: 'shopper' }))];
  await createPin(shopper);
  await prepare(shopper, shopperPhone);
  await fillPurse(shopper, '100');
  await seeInstalled(shopper);
  const link = await charge(till, '6');
  await cut(shopperPhone);
  await openLink(shopper, link);
  return { shopperPhone, shopper, till };
}

test('with no network the passkey signs a dear payment, cancelled it signs nothing, and the PIN is enough for a cheap one', async ({ world, phone }) => {
  let fingerprint: Fingerprint | undefined;
  const { shopperPhone, shopper, till } = await atDearSheet(phone, async (page, of) => {
    fingerprint = await addFingerprint(of, page);
    await addPasskey(page);
  });
  await seeConfirm(shopper, '¥6.00');
  await expect(shopper.getByRole('button', { name: words.pay.confirm.usePin })).toHaveCount(0);
  await fingerprint?.verifies(false);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).click();
  await expect(shopper.getByText(errorWords(words, 'PASSKEY_CANCELLED', { passkeyOnly: true }).whatNow)).toBeVisible(PATIENCE);
  await fingerprint?.verifies(true);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).click();
  await takeByHand(till, await seeVoucher(shopper));
  await seePaid(till, '6.00');
  await dismissPaid(till);

  await openLink(shopper, await charge(till, '4'));
  await seeConfirm(shopper, '¥4.00');
  await shopper.getByRole('button', { name: words.pay.confirm.usePin }).click();
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN);
  await takeByHand(till, await seeVoucher(shopper));
  await seePaid(till, '4.00');
  await dismissPaid(till);
  await mend(shopperPhone);
  await seeVoucherState(shopper, 'settled');
  await expectOnce(world, till, [[shopper, 600], [shopper, 400]]);
});

test('who has no passkey is told before paying that this much goes online only', async ({ phone }) => {
  const { shopper } = await atDearSheet(phone, async () => {});
  await expect(shopper.getByText(String(words.errors.PURSE_SHORT.title))).toBeVisible(PATIENCE);
});
