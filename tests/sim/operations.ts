/** The twelve operations, as people carry them out: what they tap, in which order, and when they give up. */
import { toBase64Url } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Charged } from './book.ts';
import type { Operation } from './cells.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

/** Carries one out; says in a few words how it went. */
type Script = (run: Scene, phone: Phone) => Promise<string>;

export const WEIGHTS: Readonly<Record<Operation, number>> = {
  topup: 5,
  'pay online': 12,
  'pay offline': 12,
  accept: 0,
  sync: 5,
  refund: 0,
  cancel: 3,
  'rotate key': 2,
  'revoke device': 3,
  restore: 3,
  migrate: 3,
  'role change': 3,
};

export function subjectsOf({ world }: Scene, operation: Operation): Phone[] {
  const ready = world.phones.filter((phone) => phone.screen?.phase === 'ready' && phone.page?.state === 'alive');
  switch (operation) {
    case 'topup':
    case 'pay online':
    case 'pay offline':
      return ready.filter((phone) => phone.role === 'payer');
    case 'accept':
    case 'refund':
    case 'cancel':
    case 'role change':
      return ready.filter((phone) => phone.role === 'till');
    case 'sync':
    case 'rotate key':
    case 'revoke device':
    case 'restore':
    case 'migrate':
      return ready;
  }
}

export const SCRIPTS: Readonly<Record<Operation, Script>> = {
  topup,
  'pay online': payOnline,
  'pay offline': payOffline,
  accept: async () => 'nothing',
  sync,
  refund: async () => 'nothing',
  cancel,
  'rotate key': rotateKey,
  'revoke device': leave,
  restore,
  migrate,
  'role change': roleChange,
};

async function topup(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const open = phone.screen?.offline?.purses.find((purse) => purse.state === 'active');
  if (open !== undefined && run.chance.happens(0.2)) {
    const closed = await page.ask((wallet) => wallet.closePurse(open.id));
    return `closed: ${closed.ok ? closed.value.state : closed.error}`;
  }
  const proof = { user: run.plan.pin, challenge: null };
  const loaded = await page.ask((wallet) => wallet.loadPurse({ kind: 'open' }, amountText(run.chance.between(1_000, 15_000)), proof));
  return loaded.ok ? `purse of ${loaded.value.limMinor}` : loaded.error;
}

function amountText(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}

/** A till that somebody stands at; null when all are closed or locked out. */
function anyTill(run: Scene): Phone | null {
  const tills = run.world.phones.filter((phone) => phone.role === 'till' && phone.screen?.phase === 'ready' && phone.page?.state === 'alive');
  return tills.length === 0 ? null : run.chance.pick(tills);
}

async function chargeSomewhere(run: Scene, maxMinor: number): Promise<Charged | string> {
  // A code that hangs in the window, or that somebody photographed.
  const { lastCharge } = run.book;
  if (lastCharge !== null && run.chance.happens(0.15)) return lastCharge;
  const till = anyTill(run);
  if (till === null) return 'no till';
  const page = await till.open();
  const charge = await page.ask((wallet) => wallet.charge(amountText(run.chance.between(1, maxMinor))));
  if (!charge.ok) return `till: ${charge.error}`;
  run.book.lastCharge = { till, link: charge.value.link };
  return run.book.lastCharge;
}

async function payOnline(run: Scene, phone: Phone): Promise<string> {
  const charged = await chargeSomewhere(run, 3_000);
  if (typeof charged === 'string') return charged;
  const outcome = await payCharge(run, phone, charged);
  await run.until(() => phone.screen?.waiting === 0);
  return outcome;
}

async function payCharge(run: Scene, phone: Phone, charged: Charged): Promise<string> {
  const page = await phone.open();
  const draft = await page.ask((wallet) => wallet.prepare(charged.link));
  if (!draft.ok) return draft.error;
  const tap = () => page.ask((wallet) => wallet.pay(draft.value.draftId, run.plan.pin));
  const taps = run.chance.happens(0.2) ? [tap(), tap()] : [tap()];
  const [paid] = await Promise.all(taps);
  if (paid === undefined || !paid.ok) return paid?.error ?? 'not tapped';
  if (paid.value.code !== undefined) return showCode(run, phone, charged.till, { vid: paid.value.paymentId, code: paid.value.code });
  const { payments } = phone.disk.rows;
  if (!payments.has(paid.value.paymentId)) run.violations.push({ law: 'W2', what: `${phone.name} says that payment ${paid.value.paymentId} is sent, and has not stored it` });
  return 'sent';
}

/** A code on the screen: from now on somebody may have it. W2: what it promises is on disk before that. */
async function showCode(run: Scene, phone: Phone, till: Phone, { vid, code }: { readonly vid: string; readonly code: string }): Promise<string> {
  const { rows } = phone.disk;
  const voucher = rows.vouchers.get(vid);
  const isHead = voucher !== undefined && rows.purses.get(voucher.purseId)?.head?.seq === voucher.seq;
  const isKept = isHead && [...rows.outbox.values()].some((row) => row.recordId === vid);
  if (!isKept && !run.book.shown.has(vid)) run.violations.push({ law: 'W2', what: `${phone.name} showed voucher ${vid} before it was stored` });
  run.book.shown.set(vid, { vid, code, payer: phone, till, taken: null });
  const page = await phone.open();
  await page.ask((wallet) => wallet.presentVoucher(vid));
  return 'code shown';
}

async function payOffline(run: Scene, phone: Phone): Promise<string> {
  const charged = await chargeSomewhere(run, 2_500);
  if (typeof charged === 'string') return charged;
  phone.link.up = run.chance.happens(0.15);
  try {
    return await payCharge(run, phone, charged);
  } finally {
    run.world.timeline.after(run.chance.pick([0, 500, 20_000]), () => (phone.link.up = true));
  }
}

async function sync(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  phone.link.up = true;
  const { nowMs } = run.world.timeline;
  await page.ask((wallet) => wallet.wake(run.chance.pick(['visible', 'online', 'button', 'timer'] as const)));
  const done = await run.until(() => phone.screen?.waiting === 0 && (phone.disk.rows.truth?.asOfMs ?? 0) >= nowMs);
  return done ? 'all sent, all heard' : 'still waiting';
}

async function cancel(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const charge = await page.ask((wallet) => wallet.charge(amountText(run.chance.between(1, 2_000))));
  if (!charge.ok) return charge.error;
  const payer = run.world.phones.find((other) => other.role === 'payer' && other.screen?.phase === 'ready' && other.page?.state === 'alive' && run.isFree(other));
  const paying = payer === undefined || run.chance.happens(0.5) ? Promise.resolve('nobody') : payCharge(run, payer, { till: phone, link: charge.value.link });
  await run.pause(run.chance.between(0, 400));
  const cancelled = await page.ask((wallet) => wallet.cancelCharge(charge.value.sale.id));
  return `${cancelled.ok ? 'cancelled' : cancelled.error}, payer: ${await paying}`;
}

/** The operator changes its keys; the phone learns of it and goes on. */
async function rotateKey(run: Scene, phone: Phone): Promise<string> {
  const rotated = await run.world.server.rotateKeys();
  const page = await phone.open();
  await page.ask((wallet) => wallet.wake('button'));
  const newest = toBase64Url(run.world.server.options.issuer.keySet);
  const learned = await run.until(() => phone.disk.rows.truth?.keySet === newest, LIMITS.requestTimeoutMs * 3);
  return `${rotated ? 'rotated' : 'kept'}, ${learned ? 'learned' : 'not learned'}`;
}

/** A phone is given away: signed out, which ends the device; then somebody joins with it again. */
async function leave(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const left = await page.ask((wallet) => wallet.signOut());
  if (!left.ok) return left.error;
  const code = await run.world.enrolmentCode(phone.partyId);
  const joined = await page.ask((wallet) => wallet.enrol({ code }));
  return `left, ${joined.ok ? 'joined' : joined.error}`;
}

/** The browser clears the site's storage under the open app; the owner restores with the PIN. */
async function restore(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  phone.evict();
  await run.until(() => phone.screen?.phase === 'cleared', 5_000);
  const restored = await page.ask((wallet) => wallet.restore(run.plan.pin));
  if (!restored.ok) return restored.error;
  await run.until(() => phone.screen?.phase === 'ready' && phone.screen.waiting === 0);
  return 'restored';
}

/** The app is closed in the middle of its work and opened again in another version, on rows that went through the disk's own form. */
async function migrate(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  await page.ask((wallet) => wallet.wake('timer'));
  phone.migrate();
  const after = await phone.open(`build-${run.chance.between(3, 9)}`);
  await after.ask((wallet) => wallet.wake('visible'));
  await run.until(() => phone.screen?.phase === 'ready' && phone.screen.waiting === 0);
  return 'migrated';
}

/** The shop's owner takes this till out of service and puts it back in under a new terminal number. */
async function roleChange(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const before = phone.screen?.identity?.terminal;
  const left = await page.ask((wallet) => wallet.signOut());
  if (!left.ok) return left.error;
  const code = await run.world.enrolmentCode(phone.partyId);
  const joined = await page.ask((wallet) => wallet.enrol({ code }));
  await run.until(() => phone.screen?.phase === 'ready', 5_000);
  return `terminal ${before} is now ${joined.ok ? phone.screen?.identity?.terminal : joined.error}`;
}
