/**
 * What must hold after every step, whatever has struck: the ledger's own invariants (I), those of reliability.md section 1 (L),
 * the guarantees of protocol.md section 2 (G), and what a screen may say (W). A law that is broken ends the run: what follows
 * from nonsense is nonsense.
 */
import { assert } from '#base/assert.ts';
import { isTaken } from '#protocol/claim-state.ts';
import { CNY } from '#protocol/currency.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { LIMITS } from '#protocol/limits.ts';
import { floorsFor, pursePolicy } from '#protocol/purse-caps.ts';
import { checkAgainst } from '#protocol/purse-rules.ts';
import type { AuditedPurse } from '#protocol/purse-invariants.ts';
import type { VoucherRow } from '#server/core/ports-offline.ts';
import type { Audit } from '#server/core/ports.ts';
import type { Violation } from './book.ts';
import type { Phone } from './phone.ts';
import type { Scene } from './scene.ts';

export async function checkLaws(run: Scene): Promise<void> {
  const { store } = run.world.server;
  const audit = await store.audit();
  // Also what no honest screen has shown: a cheat's.
  const vids = [...new Set([...run.book.shown.keys(), ...audit.vouchers.map(({ vid }) => vid)])];
  const rows = await store.transaction((tx) => Promise.all(vids.map((vid) => tx.voucher(vid))));
  for (const vid of vids) if (isGivenBack(run.world.phones, vid)) run.book.givenBack.add(vid);
  const vouchers = new Map(rows.flatMap((row) => (row === null ? [] : [[row.vid, row]])));
  const purses = new Map(audit.purses.map((purse) => [purse.id, purse]));
  const found = [
    ...ledgerLaws(run, audit),
    ...voucherLaws(run, vouchers, purses),
    ...serverLaws(run),
    ...run.world.phones.flatMap((phone) => phoneLaws(run, phone, purses)),
    ...nothingLost(run, audit),
  ];
  for (const violation of found) run.say(`!! ${violation.law}: ${violation.what}`);
  run.violations.push(...found);
}

/** I1-I8, which are L1 to L6 and L12 as well; L7: a verdict never changes; the journal only grows. */
function ledgerLaws({ book }: Scene, audit: Audit): Violation[] {
  const found: Violation[] = checkInvariants(audit).map(({ invariant, what }) => ({ law: invariant, what }));
  for (const { id, fingerprint, verdict } of audit.payments) found.push(...unchanged(book.final, `payment ${id}`, `${fingerprint} ${JSON.stringify(verdict)}`));
  for (const id of book.paidAtTill.keys()) {
    const paid = audit.payments.some((payment) => payment.id === id && payment.verdict.state === 'settled');
    if (!paid) found.push({ law: 'W2', what: `a till calls payment ${id} paid, the server does not` });
  }
  const changed = book.journal.findIndex((row, at) => audit.postings[at] !== row);
  if (changed !== -1) found.push({ law: 'L11', what: `row ${changed} of the journal is not what it was` });
  book.journal.push(...audit.postings.slice(book.journal.length));
  return found;
}

function unchanged(final: Map<string, string>, subject: string, said: string): Violation[] {
  const before = final.get(subject) ?? said;
  final.set(subject, before);
  return before === said ? [] : [{ law: 'L7', what: `${subject} was ${before}, and is ${said}` }];
}

/** L7 for vouchers. G4: two histories, and what is not paid in full, have a proof; G3: nobody is accused who kept one history. */
function voucherLaws({ book }: Scene, vouchers: ReadonlyMap<string, VoucherRow>, purses: ReadonlyMap<string, AuditedPurse>): Violation[] {
  const found: Violation[] = [];
  for (const { vid, purseId, verdict } of vouchers.values()) {
    if (verdict.verdict !== 'PAYER_REPORTED' && verdict.verdict !== 'HELD') found.push(...unchanged(book.final, `voucher ${vid}`, JSON.stringify(verdict)));
    const isShort = verdict.verdict === 'REJECTED' ? verdict.reason === 'UNFUNDED' : 'unpaidMinor' in verdict && verdict.unpaidMinor > 0;
    if (isShort && purses.get(purseId)?.proved !== true) found.push({ law: 'G4', what: `voucher ${vid} is not paid in full, and nothing proves that purse ${purseId} was spent twice` });
  }
  for (const [purseId, rows] of Map.groupBy([...vouchers.values()].filter((row) => row.inChain), (row) => row.purseId)) {
    const contradicts = rows.some((row, at) => checkAgainst(row, rows.slice(0, at)) !== null);
    if (contradicts && purses.get(purseId)?.proved !== true) found.push({ law: 'G4', what: `purse ${purseId} has two histories at the server, and no proof` });
  }
  for (const { id, proved } of purses.values()) if (proved && !book.twofold.has(id)) found.push({ law: 'G3', what: `purse ${id} is said to be spent twice, and was not` });
  return found;
}

function serverLaws({ world }: Scene): Violation[] {
  return world.server.broken.splice(0).map((what) => ({ law: 'no request breaks the server', what }));
}

/** What a wallet writes down as an error and what happens to people all the same. */
const EXPECTED = /^(?:outbox\.poison|keyset\.refused)/;

/** A verdict that was given before the till's void came to the server: the payer who scanned the void knows better. */
function isExpected({ book }: Scene, phone: Phone, complaint: string): boolean {
  if (EXPECTED.test(complaint)) return true;
  const seq = /^feed\.conflict \{"seq":(\d+)\}$/.exec(complaint)?.[1];
  const entry = seq === undefined ? undefined : phone.disk.rows.history.get(Number(seq))?.entry;
  const vid = entry?.kind === 'voucher' || entry?.kind === 'note' ? entry.vid : /^verdict\.conflict \{"recordId":"(\w+)"\}$/.exec(complaint)?.[1];
  return vid !== undefined && book.givenBack.has(vid);
}

function phoneLaws(run: Scene, phone: Phone, audited: ReadonlyMap<string, AuditedPurse>): Violation[] {
  const { book, world } = run;
  const found: Violation[] = [];
  const tell = (law: string, what: string): void => void found.push({ law, what: `${phone.name}: ${what}` });
  const { vouchers, purses, outbox } = phone.disk.rows;
  // Without bytes: another device signed it, and the feed told.
  for (const row of [...vouchers.values()].filter(({ bytes }) => bytes !== null)) {
    const place = `${row.purseId} ${row.seq}`;
    const known = book.numbers.get(place) ?? row.id;
    if ((purses.get(row.purseId)?.head?.seq ?? 0) < row.seq) tell('W1', `holds voucher ${place}, which its head does not know`);
    if (known !== row.id && !book.twofold.has(row.purseId)) tell('W1', `signed number ${place} twice`);
    book.numbers.set(place, known);
  }
  for (const { id, claimDeadlineMs } of purses.values()) {
    if (audited.get(id)?.released === true && world.timeline.nowMs <= claimDeadlineMs) tell('I7', `purse ${id} was released before its claim deadline`);
  }
  for (const complaint of phone.complaints.splice(0)) if (!phone.setBack && !phone.cheats && !isExpected(run, phone, complaint)) tell('no wallet is contradicted', complaint);
  if (outbox.size > LIMITS.outboxRows) tell('L13', `${outbox.size} outbox rows`);
  return [...found, ...exposure(phone)];
}

/** L13: what a till took from open purses and nobody has paid yet; half as much where its browser does not promise to keep what it stores. */
function exposure({ name, disk, keeping }: Phone): Violation[] {
  const policy = pursePolicy(CNY);
  assert(policy !== null, 'the yuan has a policy');
  const floors = floorsFor(policy, 'fresh', keeping === 'kept');
  const taken = [...disk.rows.claims.values()].filter((claim) => claim.kind === 'open' && isTaken(claim.state));
  const sums = Map.groupBy(taken, (claim) => claim.purseId);
  const minorOf = (claims: typeof taken): number => claims.reduce((sum, claim) => sum + claim.amountMinor, 0);
  const over = [...sums].filter(([, claims]) => minorOf(claims) > floors.perPurseMinor).map(([purseId]) => `of purse ${purseId}`);
  if (minorOf(taken) > floors.totalMinor) over.push('in all');
  return over.map((what) => ({ law: 'L13', what: `${name} took more than it may ${what}` }));
}

/** L10. A copy that a disk fault destroyed is nobody's fault; where both sides' copies were, there is nobody left to ask. */
function nothingLost({ book, world }: Scene, audit: Audit): Violation[] {
  const arrived = new Set(audit.vouchers.map((voucher) => voucher.vid));
  const carried = new Set(world.phones.flatMap((phone) => [...phone.disk.rows.outbox.values()].map((row) => row.recordId)));
  const found: Violation[] = [];
  for (const { vid, payer, honest } of book.shown.values()) {
    if (arrived.has(vid) || carried.has(vid) || book.givenBack.has(vid)) continue;
    const till = book.accepted.get(vid);
    const payerHasIt = honest && !payer.destroyed.has(vid);
    const tillHasIt = till !== undefined && !till.destroyed.has(vid);
    if (payerHasIt || tillHasIt) found.push({ law: 'L10', what: `voucher ${vid} of ${payer.name}${till === undefined ? '' : `, accepted by ${till.name},`} is nowhere any more` });
  }
  return found;
}

function isGivenBack(phones: readonly Phone[], vid: string): boolean {
  return phones.some(({ disk }) => disk.rows.claims.get(vid)?.state.kind === 'voided' || disk.rows.vouchers.get(vid)?.state.kind === 'voided');
}
