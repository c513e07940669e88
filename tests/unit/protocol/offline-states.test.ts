/** The states of a purse, of a voucher at its payer, and of a claim at the till: every state with every event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTaken, isWaiting, standingOf, transitionClaim, type ClaimEvent, type ClaimState } from '#protocol/claim-state.ts';
import { transitionPurse, type PurseEvent, type PurseState } from '#protocol/purse-state.ts';
import { isOpen, transitionVoucher, type VoucherEvent, type VoucherState } from '#protocol/voucher-state.ts';

type Outcome<S> = S | 'same' | 'conflict';
const moveOf = (expected: Outcome<object>): object => (typeof expected === 'string' ? { kind: expected } : { kind: 'moved', state: expected });
const atMs = 9;

describe('a purse', () => {
  const active: PurseState = { kind: 'active' };
  const closing: PurseState = { kind: 'closing', atMs: 1 };
  const frozen: PurseState = { kind: 'frozen', atMs: 2 };
  const released: PurseState = { kind: 'released', atMs: 3 };
  const renewed: PurseEvent = { kind: 'renewed' };
  it.each<[PurseState, PurseEvent, Outcome<PurseState>]>([
    [active, renewed, 'same'],
    [active, { kind: 'closed', atMs }, { kind: 'closing', atMs }],
    [active, { kind: 'frozen', atMs }, { kind: 'frozen', atMs }],
    [active, { kind: 'released', atMs }, { kind: 'released', atMs }],
    [closing, renewed, 'conflict'],
    [closing, { kind: 'closed', atMs }, 'same'],
    [closing, { kind: 'frozen', atMs }, { kind: 'frozen', atMs }],
    [closing, { kind: 'released', atMs }, { kind: 'released', atMs }],
    [frozen, renewed, 'conflict'],
    [frozen, { kind: 'closed', atMs }, 'same'],
    [frozen, { kind: 'frozen', atMs }, 'same'],
    [frozen, { kind: 'released', atMs }, { kind: 'released', atMs }],
    [released, renewed, 'conflict'],
    [released, { kind: 'closed', atMs }, 'same'],
    [released, { kind: 'frozen', atMs }, 'conflict'],
    [released, { kind: 'released', atMs }, 'same'],
  ])('%j and %j', (state, event, expected) => {
    expect(transitionPurse(state, event)).toEqual(moveOf(expected));
  });
});

describe('a voucher', () => {
  const signed: VoucherState = { kind: 'signed' };
  const presented: VoucherState = { kind: 'presented', atMs: 1 };
  const acked: VoucherState = { kind: 'acked', atMs: 2 };
  const settled: VoucherState = { kind: 'settled', atMs: 3, refundedMinor: 0 };
  const refunded: VoucherState = { ...settled, refundedMinor: 50 };
  const returned: VoucherState = { kind: 'returned', atMs: 4, code: 'CLAIM_DEADLINE' };
  const voided: VoucherState = { kind: 'voided', atMs: 5 };
  const present: VoucherEvent = { kind: 'presented', atMs };
  const acknowledge: VoucherEvent = { kind: 'acked', atMs };
  const settle: VoucherEvent = { kind: 'settled', atMs };
  const giveBack: VoucherEvent = { kind: 'returned', atMs, code: 'LIMITS' };
  const revoke: VoucherEvent = { kind: 'voided', atMs };
  const refund: VoucherEvent = { kind: 'refunded', refundedMinor: 50 };
  const settledNow: VoucherState = { kind: 'settled', atMs, refundedMinor: 0 };
  const returnedNow: VoucherState = { kind: 'returned', atMs, code: 'LIMITS' };
  it.each<[VoucherState, Outcome<VoucherState>[]]>([
    [signed, [present as VoucherState, acknowledge as VoucherState, settledNow, returnedNow, revoke as VoucherState, 'conflict']],
    [presented, ['same', acknowledge as VoucherState, settledNow, returnedNow, revoke as VoucherState, 'conflict']],
    [acked, ['same', 'same', settledNow, returnedNow, revoke as VoucherState, 'conflict']],
    [settled, ['same', 'same', 'same', 'conflict', revoke as VoucherState, refunded]],
    [refunded, ['same', 'same', 'same', 'conflict', revoke as VoucherState, 'same']],
    [returned, ['same', 'same', settledNow, 'same', revoke as VoucherState, 'conflict']],
    [voided, ['same', 'same', 'conflict', 'conflict', 'same', 'conflict']],
  ])('%j', (state, expected) => {
    const events = [present, acknowledge, settle, giveBack, revoke, refund];
    expect(events.map((event) => transitionVoucher(state, event))).toEqual(expected.map(moveOf));
  });
  it('is open again when the server does not take the void, and not otherwise', () => {
    const refuse: VoucherEvent = { kind: 'void-refused', atMs };
    expect(transitionVoucher(voided, refuse)).toEqual({ kind: 'moved', state: { kind: 'presented', atMs } });
    for (const state of [signed, presented, acked, settled, refunded, returned]) expect(transitionVoucher(state, refuse)).toEqual({ kind: 'same' });
  });

  it('is its payer\'s again only when it is returned or voided', () => {
    expect([signed, presented, acked, settled, returned, voided].map(isOpen)).toEqual([true, true, true, false, false, false]);
  });
  it('refunds only grow', () => {
    expect(transitionVoucher(refunded, { kind: 'refunded', refundedMinor: 49 })).toEqual({ kind: 'same' });
    expect(transitionVoucher(refunded, { kind: 'refunded', refundedMinor: 51 })).toEqual({ kind: 'moved', state: { ...settled, refundedMinor: 51 } });
  });
  it('once paid is never returned, whatever comes', () => {
    const events = fc.array(fc.constantFrom(present, acknowledge, settle, giveBack, refund));
    fc.assert(
      fc.property(events, (list) => {
        let state: VoucherState = settled;
        for (const event of list) {
          const move = transitionVoucher(state, event);
          if (move.kind === 'moved') state = move.state;
        }
        expect(state).toMatchObject({ kind: 'settled', atMs: 3 });
      }),
    );
  });
});

describe('a claim', () => {
  const asking: ClaimState = { kind: 'asking' };
  const accepted: ClaimState = { kind: 'accepted' };
  const queued: ClaimState = { kind: 'queued' };
  const settled: ClaimState = { kind: 'settled', atMs: 1, paidMinor: 100, refundedMinor: 0 };
  const guaranteed: ClaimState = { kind: 'guaranteed', atMs: 2, paidMinor: 90, refundedMinor: 0 };
  const held: ClaimState = { kind: 'held', atMs: 3, untilMs: 99, paidMinor: 100 };
  const rejected: ClaimState = { kind: 'rejected', atMs: 4, code: 'UNFUNDED' };
  const voided: ClaimState = { kind: 'voided', atMs: 5 };
  const settle: ClaimEvent = { kind: 'settled', atMs, paidMinor: 100 };
  const guarantee: ClaimEvent = { kind: 'guaranteed', atMs, paidMinor: 90 };
  const hold: ClaimEvent = { kind: 'held', atMs, untilMs: 99, paidMinor: 100 };
  const reject: ClaimEvent = { kind: 'rejected', atMs, code: 'INVOICE_PAID' };
  const sign: ClaimEvent = { kind: 'void-signed', atMs };
  const revoke: ClaimEvent = { kind: 'voided', atMs };
  const refund: ClaimEvent = { kind: 'refunded', refundedMinor: 50 };
  const unvoid: ClaimEvent = { kind: 'void-refused' };
  const settledNow: ClaimState = { ...settled, atMs } as ClaimState;
  const guaranteedNow: ClaimState = { ...guaranteed, atMs } as ClaimState;
  const voidedNow: ClaimState = { kind: 'voided', atMs };
  it.each<[ClaimState, Outcome<ClaimState>[]]>([
    [asking, ['same', settledNow, guaranteedNow, hold as ClaimState, reject as ClaimState, voidedNow, voidedNow, 'conflict', 'same']],
    [accepted, [queued, settledNow, guaranteedNow, hold as ClaimState, reject as ClaimState, voidedNow, voidedNow, 'conflict', 'same']],
    [queued, ['same', settledNow, guaranteedNow, hold as ClaimState, reject as ClaimState, voidedNow, voidedNow, 'conflict', 'same']],
    [settled, ['same', 'same', 'conflict', 'conflict', 'conflict', 'conflict', voidedNow, { ...settled, refundedMinor: 50 } as ClaimState, 'same']],
    [guaranteed, ['same', 'conflict', 'same', 'conflict', 'conflict', 'conflict', voidedNow, { ...guaranteed, refundedMinor: 50 } as ClaimState, 'same']],
    [held, ['same', settledNow, guaranteedNow, 'same', reject as ClaimState, 'conflict', voidedNow, 'conflict', 'same']],
    // A refusal posted nothing; money that came after all did.
    [rejected, ['same', settledNow, guaranteedNow, hold as ClaimState, 'same', 'conflict', voidedNow, 'conflict', 'same']],
    // A void that is on its way undoes whatever the server still says of the claim.
    [voided, ['same', 'same', 'same', 'same', 'same', 'same', 'same', 'conflict', queued]],
  ])('%j', (state, expected) => {
    const events: ClaimEvent[] = [{ kind: 'sent' }, settle, guarantee, hold, reject, sign, revoke, refund, unvoid];
    expect(events.map((event) => transitionClaim(state, event))).toEqual(expected.map(moveOf));
  });
  it('waits until there is a verdict', () => {
    const all = [asking, accepted, queued, settled, guaranteed, held, rejected, voided];
    expect(all.map(isWaiting)).toEqual([true, true, true, false, false, false, false, false]);
    expect(all.map(isTaken)).toEqual([false, true, true, false, false, false, false, false]);
  });
  it('is lost when goods went for it and it is not paid in full', () => {
    const all = [asking, accepted, settled, guaranteed, held, rejected, voided];
    expect(all.map((state) => standingOf({ state, goods: true, amountMinor: 100 }))).toEqual(['waiting', 'waiting', 'done', 'lost', 'done', 'lost', 'done']);
    expect(all.map((state) => standingOf({ state, goods: false, amountMinor: 100 }))).toEqual(['waiting', 'waiting', 'done', 'done', 'done', 'done', 'done']);
  });
  it('refunds only grow', () => {
    const refunded = { ...settled, refundedMinor: 50 } as ClaimState;
    expect(transitionClaim(refunded, { kind: 'refunded', refundedMinor: 50 })).toEqual({ kind: 'same' });
    expect(transitionClaim(refunded, { kind: 'refunded', refundedMinor: 60 })).toEqual({ kind: 'moved', state: { ...settled, refundedMinor: 60 } });
  });
});
