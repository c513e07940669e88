/** What becomes of devices: they sync, learn new keys, leave and come back, lose their storage, are updated, change their role. */
import { toBase64Url } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

export async function sync(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  phone.link.up = true;
  const { nowMs } = run.world.timeline;
  await page.ask((wallet) => wallet.wake(run.chance.pick(['visible', 'online', 'button', 'timer'] as const)));
  for (const { vid } of phone.screen?.till?.unclaimed ?? []) if (run.chance.happens(0.5)) await page.ask((wallet) => wallet.claim(vid));
  const done = await run.until(() => phone.screen?.waiting === 0 && (phone.disk.rows.truth?.asOfMs ?? 0) >= nowMs);
  return done ? 'all sent, all heard' : 'still waiting';
}

/** The operator changes its keys; the phone learns of it and goes on. */
export async function rotateKey(run: Scene, phone: Phone): Promise<string> {
  const rotated = await run.world.server.rotateKeys();
  const page = await phone.open();
  await page.ask((wallet) => wallet.wake('button'));
  const newest = toBase64Url(run.world.server.options.issuer.keySet);
  const learned = await run.until(() => phone.disk.rows.truth?.keySet === newest, LIMITS.requestTimeoutMs * 3);
  return `${rotated ? 'rotated' : 'kept'}, ${learned ? 'learned' : 'not learned'}`;
}

/** A phone is given away: signed out, which ends the device; then somebody joins with it again. */
export async function leave(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const left = await page.ask((wallet) => wallet.signOut());
  if (!left.ok) return left.error;
  const code = await run.world.enrolmentCode(phone.partyId);
  const joined = await page.ask((wallet) => wallet.enrol({ code }));
  return `left, ${joined.ok ? 'joined' : joined.error}`;
}

/** The browser clears the site's storage under the open app; the owner restores with the PIN. */
export async function restore(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  phone.evict();
  await run.until(() => phone.screen?.phase === 'cleared', 5_000);
  const restored = await page.ask((wallet) => wallet.restore(run.plan.pin));
  if (!restored.ok) return restored.error;
  await run.until(() => phone.screen?.phase === 'ready' && phone.screen.waiting === 0);
  return 'restored';
}

/** The app is closed in the middle of its work and opened again in another version, on rows that went through the disk's own form. */
export async function migrate(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  await page.ask((wallet) => wallet.wake('timer'));
  phone.migrate();
  const after = await phone.open(`build-${run.chance.between(3, 9)}`);
  await after.ask((wallet) => wallet.wake('visible'));
  await run.until(() => phone.screen?.phase === 'ready' && phone.screen.waiting === 0);
  return 'migrated';
}

/** The shop's owner takes this till out of service and puts it back in under a new terminal number. */
export async function roleChange(run: Scene, phone: Phone): Promise<string> {
  const page = await phone.open();
  const before = phone.screen?.identity?.terminal;
  const left = await page.ask((wallet) => wallet.signOut());
  if (!left.ok) return left.error;
  const code = await run.world.enrolmentCode(phone.partyId);
  const joined = await page.ask((wallet) => wallet.enrol({ code }));
  await run.until(() => phone.screen?.phase === 'ready', 5_000);
  return `terminal ${before} is now ${joined.ok ? phone.screen?.identity?.terminal : joined.error}`;
}
