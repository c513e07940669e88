/**
 * The end of a run: no more faults, everybody online, clocks right. Now everything must come to an end: outboxes empty, every
 * accepted voucher decided, every wallet in agreement with the server, and, when all claim deadlines are over, all money home.
 */
import { fromBase64Url } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeNote } from '#protocol/note.ts';
import type { VoucherRow } from '#server/core/ports-offline.ts';
import type { OutboxRow } from '#wallet/records.ts';
import { disagreements } from './agreement.ts';
import { checkLaws } from './laws.ts';
import type { Phone } from './phone.ts';
import { replayInAnotherOrder } from './replay.ts';
import type { Scene } from './scene.ts';

const HOUR_MS = 3_600_000;
/** A purse ends at most 72 hours after its last renewal, and its claims 96 hours later; held claims wait a week. */
const ALL_OVER_MS = 16 * 24 * HOUR_MS;
const EXPIRED_MS = 80 * HOUR_MS;
const ROUNDS = 6;

export async function heal(run: Scene): Promise<void> {
  const { world } = run;
  run.say('-- everything heals');
  await run.drive(() => run.idle, 10 * 60_000);
  if (!run.idle) run.violations.push({ law: 'liveness', what: 'an operation never ends' });
  for (const phone of world.phones) {
    phone.skewMs = 0;
    phone.link.up = true;
    phone.disk.fault = null;
    phone.close();
  }
  world.server.crashAfter(null, 0, () => undefined);
  await run.drive(() => !world.server.down, HOUR_MS);
  await comeTogether(run);
  await checkLaws(run);
  await acceptedIsDecided(run);
  const differing = await replayInAnotherOrder(run);
  if (differing !== null) run.book.replayed = true;
  for (const account of differing ?? []) run.violations.push({ law: 'I9', what: `${account} depends on the order in which items came` });
  if (run.violations.length > 0) return;
  for (const phone of world.phones) phone.close();
  // Certificates are over, claims are not.
  world.timeline.leap(EXPIRED_MS);
  await run.finish(world.server.jobs());
  await checkLaws(run);
  world.timeline.leap(ALL_OVER_MS);
  for (let round = 0; round < ROUNDS; round++) {
    const done = await run.finish(world.server.jobs());
    if (done.released + done.letGo === 0) break;
  }
  await comeTogether(run);
  await checkLaws(run);
  await allHome(run);
}

/** Opens every app and waits until nobody has anything to send or to learn. */
async function comeTogether(run: Scene): Promise<void> {
  const { phones } = run.world;
  for (const phone of phones) await run.finish(phone.open().catch(() => undefined));
  for (let round = 0; round < ROUNDS; round++) {
    await run.drive(() => false, 2_000);
    for (const phone of phones) if (phone.screen?.phase !== 'ready') await run.join(phone);
    for (const phone of phones) await run.finish(phone.page?.ask((wallet) => wallet.wake('button')) ?? Promise.resolve());
    await run.drive(() => phones.every(isDone), 20 * 60_000);
    await run.drive(() => false, 7_000);
    const claimed = await claimWhatWasAccepted(run);
    if (claimed === 0 && phones.every(isDone)) break;
  }
  for (const phone of phones) await agrees(run, phone);
}

/** A till that lost its copy sees what the payer reported, and claims it with one tap. */
async function claimWhatWasAccepted(run: Scene): Promise<number> {
  let claimed = 0;
  for (const phone of run.world.phones) {
    for (const { vid } of phone.screen?.till?.unclaimed ?? []) {
      if (!run.book.accepted.has(vid)) continue;
      claimed += 1;
      await run.finish<unknown>(phone.page?.ask((wallet) => wallet.claim(vid)) ?? Promise.resolve());
    }
  }
  return claimed;
}

function isDone(phone: Phone): boolean {
  const { nowMs } = phone.stage.timeline;
  return phone.screen?.phase === 'ready' && [...phone.disk.rows.outbox.values()].every((row) => row.poison !== null || isOfTheFuture(row, nowMs));
}

/** A note that a till signed while its clock was ahead: the server takes it when its day has come. */
function isOfTheFuture({ body }: OutboxRow, nowMs: number): boolean {
  const item = JSON.parse(body) as { readonly o?: string };
  const bytes = item.o === undefined ? null : fromBase64Url(item.o);
  const note = bytes === null ? null : decodeNote(bytes);
  return note?.ok === true && isAhead(note.value.iatSeconds, nowMs);
}

function isAhead(iatSeconds: number, nowMs: number): boolean {
  return iatSeconds > nowMs / 1_000 + LIMITS.clockAheadSeconds;
}

async function agrees(run: Scene, phone: Phone): Promise<void> {
  const { rows } = phone.disk;
  const tell = (law: string, what: string): void => void run.violations.push({ law, what: `${phone.name}: ${what}` });
  if (phone.screen?.phase !== 'ready') return tell('liveness', `is ${phone.screen?.phase ?? 'closed'}`);
  for (const row of rows.outbox.values()) {
    if (row.poison !== null) tell('liveness', `set aside ${row.kind} ${row.recordId}: ${row.poison}`);
    else if (!isOfTheFuture(row, run.world.timeline.nowMs)) tell('liveness', `still sends ${row.kind} ${row.recordId}`);
  }
  for (const what of await disagreements(run.world.server.store, phone)) tell('L9', what);
  for (const payment of rows.payments.values()) if (payment.state.kind === 'sending') tell('liveness', `payment ${payment.id} has no verdict`);
}

/** G3: an honest payer's voucher that a till accepted is paid in full from the reserve, or there is a reason that it knows. */
async function acceptedIsDecided(run: Scene): Promise<void> {
  const { store } = run.world.server;
  for (const [vid, till] of run.book.accepted) {
    const row = await store.transaction((tx) => tx.voucher(vid));
    const shown = run.book.shown.get(vid);
    if (row === null || shown === undefined) continue;
    const tell = (law: string, what: string): void => void run.violations.push({ law, what: `voucher ${vid}, accepted by ${till.name}, ${what}` });
    if (row.verdict.verdict === 'PAYER_REPORTED' && !isGivenBackLater(till, vid)) tell('liveness', 'has no verdict');
    if (shown.honest && !run.book.twofold.has(row.purseId) && !isFair(row)) tell('G3', `is ${JSON.stringify(row.verdict)}`);
  }
}

/** Given back by a till whose clock was ahead: nothing is claimed, and the note is taken when its day has come. */
function isGivenBackLater({ disk, stage }: Phone, vid: string): boolean {
  return [...disk.rows.notes.values()].some((note) => note.vid === vid && note.kind === 'void' && isAhead(note.iatSeconds, stage.timeline.nowMs));
}

function isFair({ verdict }: VoucherRow): boolean {
  switch (verdict.verdict) {
    case 'SETTLED':
      return verdict.via === 'reserve' && verdict.unpaidMinor === 0;
    case 'REJECTED':
      // Two customers paid one charge; or the till was away for a week.
      return verdict.reason === 'INVOICE_PAID' || verdict.reason === 'CLAIM_DEADLINE';
    case 'VOIDED':
    case 'PAYER_REPORTED':
      return true;
    case 'HELD':
      return false;
  }
}

/** After the deadlines. */
async function allHome(run: Scene): Promise<void> {
  const audit = await run.world.server.store.audit();
  for (const purse of audit.purses) if (!purse.released) run.violations.push({ law: 'liveness', what: `purse ${purse.id} is not released` });
  for (const [account, minor] of audit.balances) {
    if (minor !== 0 && (account.startsWith('rsv:') || account.endsWith(':held'))) run.violations.push({ law: 'liveness', what: `${account} still holds ${minor}` });
  }
}
