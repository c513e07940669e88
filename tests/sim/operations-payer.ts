/** What payers do: fill the purse, pay with a network, pay without one. */
import { LIMITS } from '#protocol/limits.ts';
import type { PurseWish } from '#wallet/api-payer.ts';
import type { Charged, Shown } from './book.ts';
import { forge } from './cheat.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';
import { take } from './taking.ts';

export async function topup(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const open = phone.screen?.offline?.purses.find((purse) => purse.state === 'active');
  if (open !== undefined && run.chance.happens(0.15)) {
    const closed = await page.ask((wallet) => wallet.closePurse(open.id));
    return `closed: ${closed.ok ? closed.value.state : closed.error}`;
  }
  const proof = { user: run.plan.pin, challenge: null };
  const wish = await wishOf(run);
  const loaded = await page.ask((wallet) => wallet.loadPurse(wish, amountText(run.chance.between(1_000, 15_000)), proof));
  return loaded.ok ? `${wish.kind} purse of ${loaded.value.limMinor}` : loaded.error;
}

async function wishOf(run: Scene): Promise<PurseWish> {
  const till = run.chance.happens(0.25) ? anyTill(run) : null;
  const merchant = till === null ? null : await run.world.server.store.transaction((tx) => tx.merchantOfParty(till.partyId));
  return merchant === null ? { kind: 'open' } : { kind: 'tab', merchantId: merchant.id };
}

export function amountText(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}

/** A till that somebody stands at; null when all are closed or locked out. */
function anyTill(run: Scene): Phone | null {
  const tills = run.world.phones.filter((phone) => phone.role === 'till' && phone.isReady);
  return tills.length === 0 ? null : run.chance.pick(tills);
}

/** Mostly small, sometimes as much as a purse pays at all: floors and limits must be met too. */
function priceMinor(run: Scene): number {
  return run.chance.between(1, run.chance.pick([600, 2_500, 2_500, 9_000]));
}

export async function chargeAt(run: Scene, till: Phone, minor = priceMinor(run)): Promise<Charged | string> {
  const page = await till.open();
  const charge = await page.ask((wallet) => wallet.charge(amountText(minor)));
  return charge.ok ? { till, link: charge.value.link, saleId: charge.value.sale.id } : `till: ${charge.error}`;
}

async function chargeSomewhere(run: Scene): Promise<Charged | string> {
  // A code that hangs in the window, or that somebody photographed.
  const { lastCharge } = run.book;
  if (lastCharge !== null && run.chance.happens(0.12)) return lastCharge;
  const till = anyTill(run);
  const charged = till === null ? 'no till' : await chargeAt(run, till);
  if (typeof charged !== 'string') run.book.lastCharge = charged;
  return charged;
}

export async function payOnline(run: Scene, phone: Phone): Promise<string> {
  const charged = await chargeSomewhere(run);
  if (typeof charged === 'string') return charged;
  const paid = await payCharge(run, phone, charged);
  await run.until(() => phone.screen?.waiting === 0);
  if (typeof paid !== 'string') return 'code shown';
  return paid === 'sent' && run.chance.happens(0.25) ? showReceipt(run, phone, charged) : paid;
}

/** The till has no network, the payer has: the server's receipt, or its eight digits, prove the payment. */
async function showReceipt(run: Scene, phone: Phone, { till, saleId }: Charged): Promise<string> {
  const payment = [...phone.disk.rows.payments.values()].at(-1);
  if (payment === undefined || !till.isReady) return 'sent';
  till.goOffline(run.chance.pick([400, 5_000]));
  const [page, counter] = [await phone.open(), await till.open()];
  const proof = await page.ask((wallet) => wallet.paymentProof(payment.id));
  if (!proof.ok) return `sent, no receipt: ${proof.error}`;
  const { receiptCode, confirmationCode } = proof.value;
  const taken = await counter.ask((wallet) => (confirmationCode === null || run.chance.happens(0.5) ? wallet.take(receiptCode) : wallet.takeCode(saleId, confirmationCode)));
  if (taken.ok && taken.value.outcome === 'paid') run.book.paidAtTill.set(payment.id, till);
  return `sent, receipt: ${taken.ok ? taken.value.outcome : taken.error}`;
}

/** Pays what the charge asks for. A code to show when it went out of a purse, else in words how it went. */
export async function payCharge(run: Scene, phone: Phone, charged: Charged): Promise<Shown | string> {
  const page = await phone.open();
  const draft = await page.ask((wallet) => wallet.prepare(charged.link));
  if (!draft.ok) return (await shownBefore(run, phone, charged, draft.detail?.paymentId)) ?? draft.error;
  // One that another of its sheets paid meanwhile shows that voucher.
  const before = phone.disk.rows.vouchers;
  const tap = () => page.ask((wallet) => wallet.pay(draft.value.draftId, run.plan.pin));
  const taps = run.chance.happens(0.2) ? [tap(), tap()] : [tap()];
  const [paid] = await Promise.all(taps);
  page.mustBeThere();
  if (paid === undefined || !paid.ok) return paid?.error ?? 'not tapped';
  const { paymentId: id, code } = paid.value;
  if (code !== undefined) {
    if (!before.has(id)) checkKept(run, phone, id);
    return showCode(run, phone, charged, { vid: id, code });
  }
  if (!phone.disk.rows.payments.has(id)) run.violations.push({ law: 'W2', what: `${phone.name} says that payment ${id} is sent, and has not stored it` });
  return 'sent';
}

/** A charge that was paid by an app that ended before it showed the code: its slip, with that code. */
async function shownBefore(run: Scene, phone: Phone, charged: Charged, vid: string | undefined): Promise<Shown | null> {
  if (vid === undefined) return null;
  const page = await phone.open();
  const voucher = await page.ask((wallet) => wallet.presentVoucher(vid));
  return voucher.ok && voucher.value.code !== null ? showCode(run, phone, charged, { vid, code: voucher.value.code }) : null;
}

/** W2: what a code promises is on disk before anybody sees it. */
function checkKept(run: Scene, phone: Phone, vid: string): void {
  const { rows } = phone.disk;
  const voucher = rows.vouchers.get(vid);
  const isHead = voucher !== undefined && rows.purses.get(voucher.purseId)?.head?.seq === voucher.seq;
  const isKept = isHead && [...rows.outbox.values()].some((row) => row.recordId === vid);
  if (!isKept) run.violations.push({ law: 'W2', what: `${phone.name} showed voucher ${vid} before it was stored` });
}

/** A code on the screen: from now on somebody may have it. */
async function showCode(run: Scene, phone: Phone, { till, saleId }: Charged, { vid, code }: { readonly vid: string; readonly code: string }): Promise<Shown> {
  const shown: Shown = run.book.shown.get(vid) ?? { vid, code, payer: phone, till, saleId, honest: true, taken: null };
  run.book.shown.set(vid, shown);
  const page = await phone.open();
  await page.ask((wallet) => wallet.presentVoucher(vid));
  return shown;
}

/** Who knows that there will be no network fills the purse while there is one. */
export async function carryPurse(run: Scene, phone: Phone): Promise<void> {
  const has = phone.screen?.offline?.purses.some((purse) => purse.state === 'active' && purse.kind === 'open' && purse.spendableMinor > 0);
  if (has === true || run.chance.happens(0.2)) return;
  const page = await phone.open();
  await page.ask((wallet) => wallet.loadPurse({ kind: 'open' }, amountText(run.chance.between(2_000, 15_000)), { user: run.plan.pin, challenge: null }));
}

/** A cheat signs what it likes, when it can. */
export async function signSomehow(run: Scene, phone: Phone, charged: Charged): Promise<Shown | string> {
  const forged = phone.cheats && run.chance.happens(0.75) ? await forge(run, phone, charged) : null;
  return forged ?? payCharge(run, phone, charged);
}

/** Out of the purse, because nobody answers. Then the code is held against the till's camera, or kept for later. */
export async function payOffline(run: Scene, phone: Phone): Promise<string> {
  await carryPurse(run, phone);
  const charged = await chargeSomewhere(run);
  if (typeof charged === 'string') return charged;
  if (!run.chance.happens(0.15)) phone.goOffline(LIMITS.probeTimeoutMs + run.chance.pick([300, 3_000, 30_000]));
  const shown = await signSomehow(run, phone, charged);
  if (typeof shown === 'string') return shown;
  const { till } = charged;
  if (!till.isReady || !run.isFree(till) || run.chance.happens(0.5)) return 'code shown';
  return `code shown, till: ${await take(run, till, shown)}`;
}

