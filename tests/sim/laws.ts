/**
 * What must hold after every step, whatever has struck: the ledger's own invariants (I), those of reliability.md section 1 (L),
 * and what a screen may say (W). A law that is broken ends the run: what follows from nonsense is nonsense.
 */
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import type { AuditedPurse } from '#protocol/purse-invariants.ts';
import type { Audit } from '#server/core/ports.ts';
import type { Phone } from './phone.ts';
import type { Violation } from './book.ts';
import type { Scene } from './scene.ts';

export async function checkLaws(run: Scene): Promise<void> {
  const audit = await run.world.server.store.audit();
  const purses = new Map(audit.purses.map((purse) => [purse.id, purse]));
  const found = [...ledgerLaws(run, audit), ...serverLaws(run), ...run.world.phones.flatMap((phone) => phoneLaws(run, phone, purses)), ...nothingLost(run, audit)];
  for (const violation of found) run.say(`!! ${violation.law}: ${violation.what}`);
  run.violations.push(...found);
}

/** I1-I8, which are L1 to L6 and L12 as well; L7: a verdict never changes; the journal only grows. */
function ledgerLaws({ book }: Scene, audit: Audit): Violation[] {
  const found: Violation[] = checkInvariants(audit).map(({ invariant, what }) => ({ law: invariant, what }));
  for (const { id, fingerprint, verdict } of audit.payments) {
    const said = `${fingerprint} ${JSON.stringify(verdict)}`;
    const before = book.final.get(id);
    if (before === undefined) book.final.set(id, said);
    else if (before !== said) found.push({ law: 'L7', what: `payment ${id} was ${before}, and is ${said}` });
  }
  const changed = book.journal.findIndex((row, at) => audit.postings[at] !== row);
  if (changed !== -1) found.push({ law: 'L11', what: `row ${changed} of the journal is not what it was` });
  book.journal.push(...audit.postings.slice(book.journal.length));
  return found;
}

function serverLaws({ world }: Scene): Violation[] {
  return world.server.broken.splice(0).map((what) => ({ law: 'no request breaks the server', what }));
}

/** What a wallet writes down as an error and what happens to people all the same. */
const EXPECTED = /^(?:outbox\.poison|keyset\.refused)/;

function phoneLaws(run: Scene, phone: Phone, audit: ReadonlyMap<string, AuditedPurse>): Violation[] {
  const { book } = run;
  const found: Violation[] = [];
  const { vouchers, purses, outbox } = phone.disk.rows;
  for (const row of vouchers.values()) {
    const place = `${row.purseId} ${row.seq}`;
    const purse = purses.get(row.purseId);
    if (purse === undefined || (purse.head?.seq ?? 0) < row.seq) found.push({ law: 'W1', what: `${phone.name} holds voucher ${place}, which its head does not know` });
    const known = book.numbers.get(place);
    if (known !== undefined && known !== row.id && !phone.setBack) found.push({ law: 'W1', what: `${phone.name} signed number ${place} twice` });
    book.numbers.set(place, row.id);
  }
  for (const purse of purses.values()) if (audit.get(purse.id)?.released === true && run.world.timeline.nowMs <= purse.claimDeadlineMs) found.push({ law: 'I7', what: `purse ${purse.id} was released before its claim deadline` });
  for (const complaint of phone.complaints.splice(0)) if (!phone.setBack && !EXPECTED.test(complaint)) found.push({ law: 'no wallet is contradicted', what: `${phone.name}: ${complaint}` });
  if (outbox.size > 500) found.push({ law: 'L13', what: `${phone.name} has ${outbox.size} outbox rows` });
  return found;
}

/** L10. A copy that a disk fault destroyed is nobody's fault; where both sides' copies were, there is nobody left to ask. */
function nothingLost(run: Scene, audit: Audit): Violation[] {
  const arrived = new Set(audit.vouchers.map((voucher) => voucher.vid));
  const carried = new Set(run.world.phones.flatMap((phone) => [...phone.disk.rows.outbox.values()].map((row) => row.recordId)));
  const found: Violation[] = [];
  for (const { vid, payer } of run.book.shown.values()) {
    if (arrived.has(vid) || carried.has(vid)) continue;
    const till = run.book.accepted.get(vid);
    if (payer.destroyed.has(vid) && (till === undefined || till.destroyed.has(vid))) continue;
    found.push({ law: 'L10', what: `voucher ${vid} of ${payer.name} is nowhere any more` });
  }
  return found;
}
