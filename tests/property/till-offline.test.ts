/**
 * A till under random faults: charges, vouchers, receipts of other devices, voids, refunds, lost requests, lost replies, a full disk,
 * a killed app, in any order. After every step: no claim is lost, a sale is taken by one voucher at most, what waits has its bytes in
 * the outbox, and nobody was told more than is written down. At the end the network heals and every cent is where the till says it is.
 */
import { describe, expect, it } from 'vitest';
import type { SyncReply } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from '#wallet/core.ts';
import type { ClaimRecord, SaleRecord } from '#wallet/records.ts';
import { askForResult } from '#wallet/session.ts';
import type { Wallet } from '#wallet/wallet.ts';
import type { Fault } from '../fixtures/fake-server.ts';
import { seededRandom, type SeededRandom } from '../fixtures/given.ts';
import { createMemoryPhone, type MemoryPhone, PIN, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['RUNS'] ?? 4);
const STEPS = Number(process.env['STEPS'] ?? 45);
/** One run is always the same and meets every answer; four that are not meet them all in seven times of eight only. */
const KNOWN_SEED = 1;
const SEEDS = RUNS === 1 ? [SEED] : [KNOWN_SEED, ...Array.from({ length: RUNS - 1 }, (_, index) => SEED + index)];

const FAULTS: readonly Fault[] = ['drop-request', 'drop-reply', 'error-503', 'captive-portal', 'truncated', 'forgotten-session'];
const LIVE: readonly ClaimRecord['state']['kind'][] = ['accepted', 'queued', 'settled', 'guaranteed', 'held'];
const OPS = ['charge', 'charge', 'take', 'take', 'take', 'take', 'honour', 'pay', 'receipt', 'void', 'refund', 'ack', 'cancel', 'report', 'network', 'fault', 'full', 'kill', 'pass', 'pass', 'wake'] as const;
type Op = (typeof OPS)[number];

type Run = {
  readonly world: PurseWorld;
  readonly random: SeededRandom;
  readonly payer: Core;
  readonly other: Wallet;
  readonly otherPhone: MemoryPhone;
  till: Wallet;
  readonly codes: { readonly code: string; readonly link: string }[];
  readonly receipts: string[];
  /** Sales that somebody was told are accepted or paid. */
  readonly told: Set<string>;
  readonly done: Map<string, number>;
};

const rowsOf = ({ world }: Run) => world.tillPhone.disk.rows;
const sales = (run: Run): SaleRecord[] => [...rowsOf(run).sales.values()];
const claims = (run: Run): ClaimRecord[] => [...rowsOf(run).claims.values()];

async function begin(seed: number): Promise<Run> {
  const world = await openPurseWorld();
  const payer = await world.tab();
  await world.loaded(payer, 40_000);
  await until(world.till, (now) => now.till?.listAge === 'fresh');
  const otherPhone = createMemoryPhone(world.server, 'other.chit.localhost:8080');
  const other = await otherPhone.start();
  await other.enrol({ demo: 'demo-shopper' });
  return { world, payer, other, otherPhone, till: world.till, random: seededRandom(seed), codes: [], receipts: [], told: new Set(), done: new Map() };
}

function note(run: Run, what: string): void {
  run.done.set(what, (run.done.get(what) ?? 0) + 1);
}

async function charge(run: Run): Promise<void> {
  const charged = await run.till.charge(`${1 + run.random.below(9)}`);
  if (!charged.ok || run.codes.length >= 35) return;
  const { link } = charged.value;
  run.codes.push({ link, code: await run.world.shown(run.payer, link) });
}

async function take(run: Run, text: string, saleId?: string): Promise<void> {
  const taken = saleId === undefined ? await run.till.take(text) : await run.till.honour(saleId, text);
  note(run, taken.ok ? `${taken.value.by} ${taken.value.outcome}` : taken.error);
  if (!taken.ok) return;
  const { outcome, sale } = taken.value;
  if (outcome === 'accepted' || outcome === 'paid') run.told.add(sale.id);
  if (outcome === 'accepted') expect(sale.claim?.state).not.toBe('asking');
  if (outcome === 'asking') expect(sale.claim?.state).toBe('asking');
}

async function pay(run: Run, link: string): Promise<void> {
  const draft = await run.other.prepare(link);
  const paid = draft.ok ? await run.other.pay(draft.value.draftId, PIN) : draft;
  if (!paid.ok) return;
  const seen = await until(run.other, (now) => now.recent.some((one) => one.type === 'payment' && one.id === paid.value.paymentId && one.state !== 'sending'));
  const payment = seen.recent.find((one) => one.id === paid.value.paymentId);
  note(run, payment?.type === 'payment' ? `pay ${payment.state}` : 'pay');
  const proof = await run.other.paymentProof(paid.value.paymentId);
  if (proof.ok) run.receipts.push(proof.value.receiptCode);
}

async function report(run: Run): Promise<void> {
  const items = run.world.rows().vouchers.slice(-5).map((row) => ({ k: 'V', o: row.bytes }));
  const body = JSON.stringify({ cursor: 0, statusSeq: 0, keySetSeq: 0, items });
  await askForResult(run.payer, { method: 'POST', path: '/v1/sync', body, read: (json) => json as SyncReply });
}

async function step(run: Run, op: Op): Promise<void> {
  const { world, random } = run;
  const { network, disk } = world.tillPhone;
  const sale = sales(run).length === 0 ? null : random.pick(sales(run));
  switch (op) {
    case 'charge':
      return charge(run);
    case 'take':
      return run.codes.length === 0 ? undefined : take(run, random.pick(run.codes).code);
    case 'honour':
      return run.codes.length === 0 || sale === null ? undefined : take(run, random.pick(run.codes).code, sale.id);
    case 'pay':
      return run.codes.length === 0 ? undefined : pay(run, random.pick(run.codes).link);
    case 'receipt':
      return run.receipts.length === 0 ? undefined : take(run, random.pick(run.receipts));
    case 'void':
    case 'refund':
    case 'ack': {
      if (sale === null) return;
      const signed = await (op === 'void' ? run.till.voidSale(sale.id) : op === 'ack' ? run.till.acknowledge(sale.id) : run.till.refundSale(sale.id, '0.50'));
      return note(run, signed.ok ? op : `${op} ${signed.error}`);
    }
    case 'cancel':
      if (sale !== null) await run.till.cancelCharge(sale.id);
      return;
    case 'report':
      return report(run);
    case 'network':
      network.up = !network.up;
      return;
    case 'fault':
      void network.fail('POST', '/v1/sync', random.pick(FAULTS));
      return;
    case 'full': {
      let left = 1 + random.below(2);
      disk.fault = (kind) => (kind === 'write' && left-- > 0 ? 'STORAGE_FULL' : null);
      return;
    }
    case 'kill':
      world.tillPhone.kill();
      run.till = await world.tillPhone.start();
      return;
    case 'pass':
      return world.server.clock.advance(1_000 * (1 + random.below(60)));
    case 'wake':
      return run.till.wake('button');
  }
}

function check(run: Run): void {
  const { claims: byVid, outbox } = rowsOf(run);
  const waiting = new Set([...outbox.values()].map((row) => row.recordId));
  for (const sale of sales(run)) {
    const live = claims(run).filter((claim) => claim.saleId === sale.id && LIVE.includes(claim.state.kind));
    expect(live.length, 'one voucher for a sale').toBeLessThan(2);
    if (sale.state.kind === 'taken') expect(byVid.has(sale.state.vid), 'a taken sale has its claim').toBe(true);
    if (live.length === 1) expect(['taken', 'paid'], 'a live claim has its sale').toContain(sale.state.kind);
  }
  for (const claim of claims(run)) {
    const unknown = ['asking', 'accepted', 'queued'].includes(claim.state.kind);
    if (unknown) expect(waiting.has(claim.id), 'what waits has its bytes').toBe(true);
    if (claim.state.kind === 'asking' || claim.state.kind === 'accepted') expect(claim.goods, 'nobody was told').toBe(false);
  }
  for (const id of run.told) {
    const state = rowsOf(run).sales.get(id)?.state.kind;
    // Given back by its own note, or taken: never as if nothing had happened.
    expect(['taken', 'paid', 'cancelled'], 'what was told stays told').toContain(state);
  }
}

/** Everything works again; nothing may be left open. */
async function heal(run: Run): Promise<void> {
  const { world } = run;
  world.tillPhone.disk.fault = null;
  world.tillPhone.network.up = true;
  let last = await until(run.till, () => true);
  for (let rounds = 0; rounds < 60; rounds++) {
    world.server.clock.advance(LIMITS.retryMaxMs);
    await run.till.wake('button');
    await quiet(run);
    last = await until(run.till, () => true);
    if (last.waiting === 0 && last.till?.unsynced.count === 0 && (await balanceOf(run)) === last.balance?.amountMinor) break;
  }
  expect(last).toMatchObject({ waiting: 0, poisoned: 0, till: { unsynced: { count: 0 } } });
}

/** Nothing is asked and nothing is answered any more: time that passes now ends no request. */
async function quiet({ world }: Run): Promise<void> {
  for (let still = 0; still < 20; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    const asked = world.tillPhone.network.sent.length;
    await crypto.subtle.digest('SHA-256', new Uint8Array());
    if (world.tillPhone.network.asking > 0 || world.tillPhone.network.sent.length > asked) still = 0;
  }
}

/** What the till's own rows say that it has. */
async function balanceOf(run: Run): Promise<number> {
  const fromClaims = claims(run).reduce((minor, { state }) => minor + ('refundedMinor' in state ? state.paidMinor - state.refundedMinor : 0), 0);
  return sales(run).reduce((minor, { state, amountMinor }) => minor + (state.kind === 'paid' ? amountMinor : 0), fromClaims);
}

describe(`a till under random faults (SEED=${SEED}, ${RUNS} runs of ${STEPS} steps)`, () => {
  const met = new Map<string, number>();
  for (const seed of SEEDS) {
    it(`loses nothing and tells nothing that is not so: seed ${seed}`, async () => {
      const run = await begin(seed);
      const trail: Op[] = [];
      try {
        for (let at = 0; at < STEPS; at++) {
          const op = run.random.pick(OPS);
          trail.push(op);
          await step(run, op);
          check(run);
        }
        await heal(run);
        check(run);
        const { balance } = await until(run.till, () => true);
        expect(balance?.amountMinor).toBe(await balanceOf(run));
      } catch (error) {
        console.log(`SEED=${seed} RUNS=1: ${trail.join(' ')}`);
        throw error;
      } finally {
        run.otherPhone.kill();
        run.world.close();
      }
      for (const [what, count] of run.done) met.set(what, (met.get(what) ?? 0) + count);
    }, 120_000);
  }

  it('between them the runs met every answer of a till', () => {
    console.log(`till-offline SEED=${SEED} ${JSON.stringify(Object.fromEntries([...met].toSorted()))}`);
    if (RUNS >= 4 && STEPS >= 45) expect([...met.keys()]).toEqual(expect.arrayContaining(['voucher paid', 'voucher accepted', 'voucher again']));
  });
});
