/**
 * Random histories of payments, repeats, stale codes, stolen ids and empty pockets on the memory store. After every step the
 * ledger's invariants hold, no verdict has changed, and the money is where a model far simpler than the server says it is.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import type { SettlementRequest } from '#server/core/settlement-request.ts';
import { openCounter, type Charge, type Counter, type Shop, type Shopper } from '../fixtures/counter.ts';
import { seededRandom } from '../fixtures/given.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['RUNS'] ?? 120);

type Step =
  | { readonly kind: 'charge'; readonly shop: number; readonly amountMinor: number }
  | { readonly kind: 'renew'; readonly sale: number }
  | { readonly kind: 'pay'; readonly payer: number; readonly sale: number; readonly confirmed: boolean }
  | { readonly kind: 'repeat'; readonly sent: number }
  | { readonly kind: 'steal-id'; readonly payer: number; readonly sent: number; readonly sale: number }
  | { readonly kind: 'spoil'; readonly payer: number; readonly sale: number; readonly what: 'amount' | 'currency' | 'hash' | 'signature' }
  | { readonly kind: 'wait'; readonly seconds: number };

const index = fc.nat(9);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('charge' as const), shop: index, amountMinor: fc.integer({ min: 1, max: 2_500 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), sale: index }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('pay' as const), payer: index, sale: index, confirmed: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('repeat' as const), sent: index }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('steal-id' as const), payer: index, sent: index, sale: index }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('spoil' as const), payer: index, sale: index, what: fc.constantFrom('amount', 'currency', 'hash', 'signature') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 60, 211, 400) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

type Sent = { readonly payer: Shopper; readonly request: SettlementRequest; readonly paymentId: Uint8Array<ArrayBuffer> };

/** One history: people, codes, what was sent, and the model. */
class History {
  readonly seen = new Map<string, number>();
  private readonly counter: Counter;
  private readonly payers: readonly Shopper[];
  private readonly shops: readonly Shop[];
  private readonly charges: { shop: Shop; amountMinor: number; charge: Charge }[] = [];
  private readonly sent: Sent[] = [];
  private readonly verdicts = new Map<string, string>();
  /** The model: what each account should hold. */
  private readonly pockets = new Map<string, number>();
  private feedRows = 0;

  constructor(counter: Counter, payers: readonly Shopper[], shops: readonly Shop[], startMinor: number) {
    this.counter = counter;
    this.payers = payers;
    this.shops = shops;
    for (const payer of payers) this.pockets.set(shopperAccount(payer.party.id), startMinor);
  }

  async step(step: Step): Promise<void> {
    const { random } = this.counter;
    switch (step.kind) {
      case 'charge': {
        const shop = at(this.shops, step.shop);
        if (shop) this.charges.push({ shop, amountMinor: step.amountMinor, charge: this.counter.charge(shop, step.amountMinor) });
        return;
      }
      case 'renew': {
        const old = at(this.charges, step.sale);
        if (old) this.charges.push({ ...old, charge: this.counter.charge(old.shop, old.amountMinor, { nonce: old.charge.nonce }) });
        return;
      }
      case 'wait':
        return this.counter.deps.clock.advance(step.seconds * 1_000);
      case 'pay':
        return this.send(at(this.payers, step.payer), at(this.charges, step.sale)?.charge, random.bytes(16), step.confirmed);
      case 'steal-id': {
        const victim = at(this.sent, step.sent);
        if (victim) await this.send(at(this.payers, step.payer), at(this.charges, step.sale)?.charge, victim.paymentId, true);
        return;
      }
      case 'repeat': {
        const again = at(this.sent, step.sent);
        if (again) await this.settle(again);
        return;
      }
      case 'spoil':
        return this.spoil(at(this.payers, step.payer), at(this.charges, step.sale)?.charge, step.what);
    }
  }

  private async send(payer: Shopper | undefined, charge: Charge | undefined, paymentId: Sent['paymentId'], confirmed: boolean): Promise<void> {
    if (!payer || !charge) return;
    const request = await this.counter.order(payer, charge, { paymentId });
    if (confirmed) await this.counter.confirm(payer, request);
    const sent = { payer, request, paymentId };
    this.sent.push(sent);
    await this.settle(sent);
  }

  private async spoil(payer: Shopper | undefined, charge: Charge | undefined, what: (Step & { kind: 'spoil' })['what']): Promise<void> {
    if (!payer || !charge) return;
    const other = this.payers.find((each) => each !== payer) ?? payer;
    const change = { amount: { amountMinor: 1 }, currency: { ccy: 978 }, hash: { invoiceHash: new Uint8Array(16) }, signature: {} }[what];
    const request = await this.counter.order(what === 'signature' ? { ...other, party: payer.party } : payer, charge, change);
    await this.counter.confirm(payer, request);
    const { verdict } = await this.counter.settle(payer, request);
    // An amount that happens to be the right one is no fault.
    if (verdict.state === 'settled') this.move(await this.lastPayment());
    else this.note(verdict.code);
  }

  private async settle({ payer, request }: Sent): Promise<void> {
    const { paymentId, verdict, dup } = await this.counter.settle(payer, request);
    if (paymentId === null) throw new Error('the order was readable');
    if (verdict.state === 'refused' && verdict.code === 'ID_REUSED') return this.note('ID_REUSED');
    const text = JSON.stringify(verdict);
    const known = this.verdicts.get(paymentId);
    expect(dup).toBe(known !== undefined);
    if (known !== undefined) {
      expect(text).toBe(known);
      return this.note('dup');
    }
    this.verdicts.set(paymentId, text);
    if (verdict.state === 'settled') this.move(await this.lastPayment());
    this.note(verdict.state === 'settled' ? 'settled' : verdict.code);
  }

  private async lastPayment(): Promise<{ payerPartyId: string; merchantId: string; amountMinor: number }> {
    const row = (await this.counter.deps.store.audit()).payments.at(-1);
    if (row === undefined) throw new Error('a verdict is stored');
    return row;
  }

  private move({ payerPartyId, merchantId, amountMinor }: { payerPartyId: string; merchantId: string; amountMinor: number }): void {
    const from = shopperAccount(payerPartyId);
    const to = merchantAccount(merchantId);
    this.pockets.set(from, (this.pockets.get(from) ?? 0) - amountMinor);
    this.pockets.set(to, (this.pockets.get(to) ?? 0) + amountMinor);
    this.feedRows += 2;
  }

  private note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  async check(): Promise<void> {
    const { store } = this.counter.deps;
    expect(checkInvariants(await store.audit())).toEqual([]);
    for (const [account, minor] of this.pockets) expect(await store.balance(account)).toBe(minor);
    const heads = await store.feedHeads([...this.payers, ...this.shops].map(({ party }) => party.id));
    expect([...heads.values()].reduce((sum, head) => sum + head, 0)).toBe(this.feedRows + this.payers.length);
  }
}

function at<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}

describe(`random histories of payments (SEED=${SEED}, ${RUNS} runs)`, () => {
  it('keep every invariant after every step, and between them meet every verdict', async () => {
    const seen = new Set<string>();
    const history = fc.asyncProperty(steps, fc.nat(), async (plan, seed) => {
      const counter = await openCounter(openMemoryStore(), seededRandom(seed));
      const payers = await Promise.all(['李雷', '韩梅梅', 'Wang'].map((name) => counter.shopper(name, 2_000)));
      const shops = await Promise.all(['街角面馆', 'Corner Noodles'].map((name) => counter.shop(name)));
      const run = new History(counter, payers, shops, 2_000);
      for (const step of plan) {
        await run.step(step);
        await run.check();
      }
      for (const what of run.seen.keys()) seen.add(what);
    });
    await fc.assert(history, { seed: SEED, numRuns: RUNS });
    const wanted = ['settled', 'dup', 'INVOICE_PAID', 'INSUFFICIENT_FUNDS', 'INVOICE_EXPIRED', 'NOT_CONFIRMED', 'ID_REUSED', 'INVOICE_MISMATCH', 'SIGNATURE'];
    expect([...seen].sort()).toEqual(expect.arrayContaining(wanted));
  }, 120_000);
});
