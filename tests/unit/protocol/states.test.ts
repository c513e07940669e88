import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { transition, type PaymentEvent, type PaymentState } from '#protocol/payment-state.ts';
import { transitionSale, type SaleEvent, type SaleState } from '#protocol/sale-state.ts';

// Thousands of runs: a loaded machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const settledVerdict: PaymentEvent = { kind: 'verdict-settled', atMs: 5, receipt: 'r', receiptVerified: true, balanceAfterMinor: null };
const settledFeed: PaymentEvent = { ...settledVerdict, kind: 'feed-settled', balanceAfterMinor: 70 };
const refusal: PaymentEvent = { kind: 'verdict-refused', atMs: 6, code: 'INSUFFICIENT_FUNDS' };
const sending: PaymentState = { kind: 'sending' };
const settled: PaymentState = { kind: 'settled', atMs: 5, receipt: 'r', receiptVerified: true, balanceAfterMinor: null };
const refused: PaymentState = { kind: 'refused', atMs: 6, code: 'INSUFFICIENT_FUNDS' };

describe('a payment', () => {
  it('ends by a verdict or by the feed', () => {
    expect(transition(sending, settledVerdict)).toEqual({ kind: 'moved', state: settled });
    expect(transition(sending, settledFeed)).toEqual({ kind: 'moved', state: { ...settled, balanceAfterMinor: 70 } });
    expect(transition(sending, refusal)).toEqual({ kind: 'moved', state: refused });
    const paidElsewhere: PaymentEvent = { ...refusal, code: 'INVOICE_PAID', paymentId: 'ab' };
    expect(transition(sending, paidElsewhere)).toEqual({ kind: 'moved', state: { kind: 'refused', atMs: 6, code: 'INVOICE_PAID', paymentId: 'ab' } });
  });
  it('hears the same verdict twice, and never another', () => {
    expect(transition(settled, settledVerdict)).toEqual({ kind: 'same' });
    expect(transition(refused, refusal)).toEqual({ kind: 'same' });
    expect(transition(settled, refusal)).toEqual({ kind: 'conflict' });
    expect(transition(refused, settledVerdict)).toEqual({ kind: 'conflict' });
    expect(transition(refused, { ...refusal, code: 'INVOICE_PAID' })).toEqual({ kind: 'conflict' });
  });
  it('believes the feed over a refusal: money moved', () => {
    expect(transition(refused, settledFeed)).toEqual({ kind: 'moved', state: { ...settled, balanceAfterMinor: 70 } });
  });
  it('settled, may still learn its balance and that its receipt is genuine, and unlearns neither', () => {
    const bare: PaymentState = { ...settled, receiptVerified: false };
    expect(transition(bare, settledFeed)).toEqual({ kind: 'moved', state: { ...settled, balanceAfterMinor: 70 } });
    const known: PaymentState = { ...settled, balanceAfterMinor: 70 };
    expect(transition(known, { ...settledFeed, receipt: 'other', receiptVerified: false, balanceAfterMinor: 60 })).toEqual({ kind: 'same' });
  });
  it('is final: after any events, settled stays settled, with its first time', () => {
    const events = fc.array(fc.constantFrom(settledVerdict, settledFeed, refusal, { ...settledVerdict, atMs: 9, receipt: 'q' } as PaymentEvent));
    fc.assert(
      fc.property(events, (list) => {
        let state: PaymentState = settled;
        for (const event of list) {
          const move = transition(state, event);
          if (move.kind === 'moved') state = move.state;
        }
        expect(state).toMatchObject({ kind: 'settled', atMs: 5, receipt: 'r' });
      }),
    );
  });
  it('ends the same whichever of verdict and feed came first', () => {
    const run = (events: readonly PaymentEvent[]): PaymentState =>
      events.reduce<PaymentState>((state, event) => {
        const move = transition(state, event);
        return move.kind === 'moved' ? move.state : state;
      }, sending);
    expect(run([settledVerdict, settledFeed])).toEqual(run([settledFeed, settledVerdict]));
  });
});

const paidEvent: SaleEvent = { kind: 'paid', atMs: 5, paymentId: 'p1', receipt: 'r', receiptVerified: false, payer: '林**' };
const paid: SaleState = { ...paidEvent, seen: false };
const open: SaleState = { kind: 'open' };
const cancelled: SaleState = { kind: 'cancelled', atMs: 3 };
const expired: SaleState = { kind: 'expired', atMs: 4 };
const take: SaleEvent = { kind: 'taken', vid: 'v1', atMs: 6 };
const taken: SaleState = { kind: 'taken', vid: 'v1', atMs: 6, seen: false };
const givenBack: SaleState = { kind: 'cancelled', atMs: 3, voidedVid: 'v1' };

describe('a sale', () => {
  it.each<[SaleState, SaleEvent, SaleState | 'same' | 'conflict']>([
    [open, paidEvent, paid],
    [open, { kind: 'cancelled', atMs: 3 }, cancelled],
    [open, { kind: 'expired', atMs: 4 }, expired],
    [open, { kind: 'seen' }, 'conflict'],
    [cancelled, paidEvent, paid],
    [cancelled, { kind: 'cancelled', atMs: 9 }, 'same'],
    [cancelled, { kind: 'expired', atMs: 9 }, 'same'],
    [expired, paidEvent, paid],
    [expired, { kind: 'cancelled', atMs: 9 }, 'same'],
    [paid, paidEvent, 'same'],
    [paid, { ...paidEvent, receiptVerified: true } as SaleEvent, { ...paid, receiptVerified: true } as SaleState],
    [paid, { ...paidEvent, paymentId: 'p2' } as SaleEvent, 'conflict'],
    [paid, { kind: 'cancelled', atMs: 9 }, 'conflict'],
    [paid, { kind: 'expired', atMs: 9 }, 'conflict'],
    [paid, { kind: 'seen' }, { ...paid, seen: true } as SaleState],
    [{ ...paid, seen: true } as SaleState, { kind: 'seen' }, 'same'],
    [{ ...paid, seen: true } as SaleState, paidEvent, 'same'],
    [open, take, taken],
    [cancelled, take, taken],
    [expired, take, taken],
    [paid, take, 'conflict'],
    [taken, take, 'same'],
    [taken, { ...take, vid: 'v2' } as SaleEvent, 'conflict'],
    [taken, { kind: 'given-back', vid: 'v1' }, open],
    [taken, { kind: 'given-back', vid: 'v2' }, 'same'],
    [taken, { kind: 'voided', vid: 'v1', atMs: 7 }, { kind: 'cancelled', atMs: 7, voidedVid: 'v1' }],
    [open, { kind: 'voided', vid: 'v1', atMs: 7 }, 'same'],
    [paid, { kind: 'given-back', vid: 'v1' }, 'same'],
    [taken, { kind: 'cancelled', atMs: 9 }, 'conflict'],
    [taken, { kind: 'expired', atMs: 9 }, 'conflict'],
    [taken, { kind: 'seen' }, { ...taken, seen: true } as SaleState],
    // A receipt tells the start of the id, eight digits nothing: the feed tells the rest of the same payment.
    [{ ...paid, paymentId: 'p' } as SaleState, paidEvent, paid],
    [{ ...paid, paymentId: '', receipt: '', payer: '', seen: true } as SaleState, { ...paidEvent, receiptVerified: true } as SaleEvent, { ...paid, receiptVerified: true, seen: true } as SaleState],
    [paid, { ...paidEvent, paymentId: 'p', payer: '' } as SaleEvent, 'same'],
    [{ ...paid, paymentId: 'p' } as SaleState, { ...paidEvent, paymentId: 'q1' } as SaleEvent, 'conflict'],
    // Twice: both are money, and neither is dropped.
    [taken, paidEvent, { ...paid, takenVid: 'v1' } as SaleState],
    // Given back, and paid another way: when the void is refused, the voucher is money too.
    [givenBack, paidEvent, { ...paid, voidedVid: 'v1' } as SaleState],
    [{ ...paid, voidedVid: 'v1' } as SaleState, take, { ...paid, takenVid: 'v1' } as SaleState],
    [{ ...paid, voidedVid: 'v2' } as SaleState, take, 'conflict'],
  ])('%j and %j', (state, event, expected) => {
    expect(transitionSale(state, event)).toEqual(typeof expected === 'string' ? { kind: expected } : { kind: 'moved', state: expected });
  });
});
