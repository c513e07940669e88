/** Writes one decided payment: the row with its verdict, and for a settled one the postings and what both parties are told. */
import { assert } from '#base/assert.ts';
import type { FeedPayment, PaymentVerdict } from '#protocol/http.ts';
import { paymentPostings } from '#protocol/ledger.ts';
import { maskName } from './parties-name.ts';
import type { Merchant, Party, PaymentRow, Tx } from './ports.ts';
import type { Decision, PaymentClaim, SettlementFacts } from './settlement-decision.ts';

export type DecidedPayment = {
  readonly claim: PaymentClaim;
  readonly fingerprint: string;
  readonly verdict: PaymentVerdict;
};

export function verdictOf(decision: Decision, atMs: number, receipt: string | null): PaymentVerdict {
  if (decision.state === 'refused') return { ...decision, atMs };
  assert(receipt !== null, 'a payment that can settle has its receipt ready');
  return { state: 'settled', atMs, receipt };
}

export function paymentRow({ claim, fingerprint, verdict }: DecidedPayment): PaymentRow {
  const { paymentId: id, payerPartyId, deviceId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy } = claim;
  return { id, payerPartyId, deviceId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy, fingerprint, verdict };
}

/** One settled payment as both parties see it, but for the side. */
function feedEntry(claim: PaymentClaim, verdict: PaymentVerdict & { state: 'settled' }) {
  const { paymentId, amountMinor, ccy, merchantId, terminal, invoiceHash, saleNonce } = claim;
  const { atMs, receipt } = verdict;
  return { kind: 'payment', paymentId, amountMinor, ccy, merchantId, terminal, invoiceHash, saleNonce, atMs, receipt } as const;
}

type Side = { readonly partyId: string; readonly view: Pick<FeedPayment, 'direction' | 'counterparty' | 'balanceMinor'> };

function sidesOf(facts: SettlementFacts, payer: Party, merchant: Merchant): readonly Side[] {
  const { balances, claim } = facts;
  assert(balances !== null, 'a payment settles under the locks of its accounts');
  const sides: Side[] = [
    { partyId: payer.id, view: { direction: 'out', counterparty: merchant.name, balanceMinor: balances.payerMinor - claim.amountMinor } },
    { partyId: merchant.partyId, view: { direction: 'in', counterparty: maskName(payer.name), balanceMinor: balances.merchantMinor + claim.amountMinor } },
  ];
  // One order for everybody, as with accounts: two transactions never wait for each other's feed.
  return sides.sort((a, b) => (a.partyId < b.partyId ? -1 : 1));
}

/** After insertPayment said that the id is new. */
export async function recordSettled(tx: Tx, facts: SettlementFacts, verdict: PaymentVerdict & { state: 'settled' }): Promise<void> {
  const { claim, payer, merchant } = facts;
  assert(merchant !== null, 'a settled payment has a merchant');
  const { paymentId, payerPartyId, merchantId, amountMinor, ccy } = claim;
  await tx.post(paymentPostings({ paymentId, payerPartyId, merchantId, amountMinor, ccy, atMs: verdict.atMs }));
  for (const side of sidesOf(facts, payer, merchant)) {
    await tx.appendFeed(side.partyId, (seq) => ({ ...feedEntry(claim, verdict), seq, ...side.view }));
  }
}
