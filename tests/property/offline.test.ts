/**
 * Random histories of paying with no network, on the memory store: honest phones, and one that is copied and spends both copies;
 * uploads by anybody, again and in any order, acknowledgements, voids, refunds, top-ups, closings, releases. After every step the
 * ledger's invariants hold and no final verdict has changed; at the end everybody honest was paid from the reserve, every
 * overdraft has a proof that verifies without the server, and no money is left behind in a purse.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { type Log, silentLog } from '#base/log.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import type { Note, Voucher } from '#protocol/objects.ts';
import { verifyProof } from '#protocol/proof.ts';
import { checkSpend } from '#protocol/purse-caps.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { runJobs } from '#server/core/jobs.ts';
import { newestStatusList } from '#server/core/sync-status.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { START_MS, type Shopper } from '../fixtures/counter.ts';
import { seededRandom } from '../fixtures/given.ts';
import { bytesOfText, cloned, openOfflineCounter, type OfflineCounter, type Phone, type Till } from '../fixtures/offline-counter.ts';
import { nodeVerifier } from '../fixtures/protocol-keys.ts';

/** A job that breaks is a fault here, not a line in a log. */
const loudLog: Log = {
  ...silentLog,
  error(event, fields) {
    throw new Error(`${event} ${JSON.stringify(fields)}`);
  },
};
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
/** So many that chance leaves out none of the verdicts: the rarest comes in one history of twenty-six. */
const RUNS = Number(process.env['RUNS'] ?? 300);
const HOUR_MS = 3_600_000;
const CHEAT = 2;

type By = 'till' | 'payer' | 'stranger';
type Step =
  | { readonly kind: 'purse' | 'topUp'; readonly who: number; readonly minor: number }
  | { readonly kind: 'refresh' | 'close' | 'copy'; readonly who: number }
  | { readonly kind: 'sign'; readonly who: number; readonly till: number; readonly minor: number }
  /** `jump`: numbers left out, so that two histories share none and only their sums show it. */
  | { readonly kind: 'fork'; readonly copy: number; readonly till: number; readonly minor: number; readonly jump: number }
  | { readonly kind: 'online'; readonly who: number; readonly till: number; readonly minor: number }
  | { readonly kind: 'upload'; readonly item: number; readonly by: By }
  | { readonly kind: 'note'; readonly item: number; readonly what: 'ack' | 'void' | 'refund'; readonly minor: number }
  | { readonly kind: 'again'; readonly note: number }
  | { readonly kind: 'wait'; readonly hours: number };

const n = fc.nat(30);
const minor = fc.integer({ min: 1, max: 9_000 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('purse' as const), who: n, minor: fc.integer({ min: 1_000, max: 15_000 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('topUp' as const), who: n, minor }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('refresh' as const, 'close' as const, 'copy' as const, 'copy' as const), who: n }) },
    { weight: 7, arbitrary: fc.record({ kind: fc.constant('sign' as const), who: n, till: n, minor }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('fork' as const), copy: n, till: n, minor, jump: fc.constantFrom(0, 0, 1, 2, 5) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('online' as const), who: n, till: n, minor }) },
    { weight: 9, arbitrary: fc.record({ kind: fc.constant('upload' as const), item: n, by: fc.constantFrom<By>('till', 'till', 'till', 'payer', 'stranger') }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('note' as const), item: n, what: fc.constantFrom('ack' as const, 'void' as const, 'refund' as const, 'refund' as const), minor }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), note: n }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(1, 20, 90, 170) }) },
  ),
  { minLength: 20, maxLength: 90 },
);

type Signed = { readonly voucher: Voucher; readonly phone: Phone; readonly till: Till; readonly honest: boolean };

class History {
  readonly seen = new Set<string>();
  private readonly counter: OfflineCounter;
  private readonly people: readonly Shopper[];
  private readonly tills: readonly Till[];
  private readonly phones = new Map<number, Phone>();
  private readonly copies: Phone[] = [];
  private readonly signed: Signed[] = [];
  private readonly notes: Note[] = [];
  private readonly verdicts = new Map<string, string>();
  private readonly short = new Set<string>();

  constructor(counter: OfflineCounter, people: readonly Shopper[], tills: readonly Till[]) {
    this.counter = counter;
    this.people = people;
    this.tills = tills;
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'purse':
        return this.open(step.who % this.people.length, step.minor);
      case 'topUp':
        return this.note(await this.withPhone(step.who, (phone) => this.counter.topUp(phone, step.minor)), 'topped-up');
      case 'refresh':
        return this.note(await this.withPhone(step.who, (phone) => this.counter.refresh(phone)), 'refreshed');
      case 'close':
        return this.note(await this.withPhone(step.who, (phone) => this.counter.close(phone).then(() => true)), 'closed');
      case 'copy':
        return this.copy();
      case 'sign':
        return this.sign(this.phones.get(step.who % this.people.length), step, step.who % this.people.length !== CHEAT);
      case 'fork':
        return this.sign(at(this.copies, step.copy), step, false);
      case 'online':
        return this.online(step);
      case 'upload':
        return this.upload(at(this.signed, step.item), step.by);
      case 'note':
        return this.bring(at(this.signed, step.item), step);
      case 'again': {
        const note = at(this.notes, step.note);
        if (note) this.keep(await this.counter.bring(note));
        return;
      }
      case 'wait':
        return this.wait(step.hours);
    }
  }

  private async open(who: number, limMinor: number): Promise<void> {
    const owner = this.people[who];
    const phone = owner && (await this.counter.purse(owner, limMinor));
    if (!phone) return;
    this.phones.set(who, phone);
    if (who === CHEAT) this.copy();
  }

  private async withPhone(who: number, work: (phone: Phone) => Promise<boolean>): Promise<boolean> {
    const phone = this.phones.get(who % this.people.length);
    return phone !== undefined && work(phone);
  }

  private note(done: boolean, what: string): void {
    if (done) this.seen.add(what);
  }

  /** Only the cheat's phone is copied. */
  private copy(): void {
    const phone = this.phones.get(CHEAT);
    if (phone) this.copies.push(cloned(phone));
  }

  /** As a wallet does: within its certificate, and not after its end. */
  private async sign(phone: Phone | undefined, { till: place, minor: amountMinor, jump = 0 }: { till: number; minor: number; jump?: number }, honest: boolean): Promise<void> {
    const till = at(this.tills, place);
    const cert = phone && decodePurseCert(phone.certificate);
    if (!phone || !till || !cert?.ok) return;
    const nowSeconds = this.counter.deps.clock.nowMs() / 1_000;
    if (!checkSpend({ cert: cert.value, head: phone.head, amountMinor, capMinor: cert.value.capMinor, nowSeconds, canStepUp: false }).ok) return;
    const bent = jump === 0 ? {} : { seq: phone.head.seq + 1 + jump, prev: 'ab'.repeat(16) };
    this.signed.push({ voucher: await this.counter.sign(phone, till, amountMinor, bent), phone, till, honest });
  }

  private async online({ who, till: place, minor: amountMinor }: { who: number; till: number; minor: number }): Promise<void> {
    const [payer, till] = [at(this.people, who), at(this.tills, place)];
    if (payer && till) this.seen.add(`online ${(await this.counter.pay(payer, this.counter.charge(till, amountMinor))).verdict.state}`);
  }

  private async upload(item: Signed | undefined, by: By): Promise<void> {
    if (!item) return;
    const partyId = by === 'till' ? item.till.party.id : by === 'payer' ? item.phone.owner.party.id : 'f'.repeat(32);
    const accepted = by === 'till' ? { acceptedAtMs: this.counter.deps.clock.nowMs(), listSeq: Math.floor(START_MS / 1_000) } : {};
    const result = await this.counter.upload(partyId, item.voucher, accepted);
    this.keep(result);
    // G4: a claim that the reserve cannot pay in full has a proof against its purse.
    if (/guarantee|less|UNFUNDED/.test(nameOf(result))) this.short.add(item.phone.purseId);
    if (item.honest) expect(['SETTLED reserve 0', 'PAYER_REPORTED', 'VOIDED', 'CLAIM_DEADLINE']).toContain(nameOf(result));
  }

  private async bring(item: Signed | undefined, { what, minor: amountMinor }: { what: 'ack' | 'void' | 'refund'; minor: number }): Promise<void> {
    if (!item) return;
    const note = await this.counter.note(item.till, item.voucher, what === 'refund' ? { kind: what, amountMinor } : { kind: what });
    this.notes.push(note);
    this.keep(await this.counter.bring(note));
  }

  /** P10: what is final never changes. */
  private keep(result: SyncResult): void {
    this.seen.add(nameOf(result));
    if (result.dup) this.seen.add('dup');
    if (['PAYER_REPORTED', 'HELD', 'RETRY'].includes(result.verdict) || result.id === null) return;
    const { dup: _, ...said } = result;
    const known = this.verdicts.get(result.id);
    if (known === undefined) this.verdicts.set(result.id, JSON.stringify(said));
    else expect(JSON.stringify(said)).toBe(known);
  }

  private async wait(hours: number): Promise<void> {
    this.counter.deps.clock.advance(hours * HOUR_MS);
    const { released } = await runJobs({ ...this.counter.deps, log: loudLog }, this.counter.deps.clock.nowMs());
    this.note(released > 0, 'released');
  }

  async check(): Promise<void> {
    expect(checkInvariants(await this.counter.deps.store.audit())).toEqual([]);
  }

  /** After everything has come home. */
  async finish(): Promise<void> {
    await this.wait(40 * 24);
    await this.check();
    const audit = await this.counter.deps.store.audit();
    expect(audit.purses.every((purse) => purse.released)).toBe(true);
    expect([...audit.balances].filter(([account, balanceMinor]) => account.startsWith('rsv:') && balanceMinor !== 0)).toEqual([]);
    const cheat = this.people[CHEAT]?.party.id;
    for (const purse of audit.purses.filter((each) => each.proved)) {
      expect(purse.ownerPartyId).toBe(cheat);
      this.seen.add('proof');
      await this.verify(purse.id);
    }
    for (const id of this.short) expect(audit.purses.find((purse) => purse.id === id)?.proved).toBe(true);
  }

  /** P4: with the public keys alone, by another implementation of the signature. */
  private async verify(purseId: string): Promise<void> {
    const proof = await this.counter.deps.store.transaction((tx) => tx.proof(purseId));
    if (proof === null) throw new Error('no proof');
    const [one, other] = [proof.one, proof.other].map((text) => ({ bytes: bytesOfText(text) }));
    const verified = one && other && (await verifyProof(one, other, this.counter.deps.issuer.keys, nodeVerifier));
    expect(verified).toMatchObject({ ok: true });
    if (verified?.ok) expect(verified.value.vouchers.map((voucher) => toHex(voucher.cert.purseId))).toEqual([purseId, purseId]);
  }
}

function nameOf(result: SyncResult): string {
  if (result.verdict === 'REJECTED') return result.reason;
  return result.verdict === 'SETTLED' ? `SETTLED ${result.via} ${result.unpaidMinor === 0 ? 0 : 'less'}` : result.verdict;
}

function at<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}

describe(`random histories with no network (SEED=${SEED}, ${RUNS} runs)`, () => {
  it('keep I1-I8 after every step, P3, P4 and P10, and between them meet every verdict', async () => {
    const seen = new Set<string>();
    const history = fc.asyncProperty(steps, fc.nat(), async (plan, seed) => {
      const counter = await openOfflineCounter(openMemoryStore(), seededRandom(seed));
      await newestStatusList({ ...counter.deps, packing: zlibPacking });
      counter.deps.clock.advance(1_000);
      const people = await Promise.all(['李雷', '韩梅梅', 'Cheat'].map((name) => counter.shopper(name, 60_000)));
      const tills = await Promise.all(['街角面馆', 'Corner Noodles'].map((name) => counter.till(name)));
      const run = new History(counter, people, tills);
      for (const step of plan) {
        await run.step(step);
        await run.check();
      }
      await run.finish();
      for (const what of run.seen) seen.add(what);
    });
    await fc.assert(history, { seed: SEED, numRuns: RUNS });
    const wanted = ['SETTLED reserve 0', 'SETTLED guarantee 0', 'PAYER_REPORTED', 'VOIDED', 'REFUNDED', 'NOTED', 'RETRY', 'CLAIM_DEADLINE', 'NOT_SETTLED', 'LIMITS'];
    const doings = ['dup', 'proof', 'released', 'topped-up', 'refreshed', 'closed', 'online settled'];
    expect([...seen].toSorted()).toEqual(expect.arrayContaining([...wanted, ...doings]));
  }, 300_000);
});
