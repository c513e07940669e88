/** What a settled online payment shows to a till with no network: the server's receipt as a code, and eight digits to read out. */
import { fromBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { compactReceipt } from '#protocol/link.ts';
import type { PaymentProof } from './api-payer.ts';
import type { Core } from './core.ts';

export async function paymentProof(core: Core, paymentId: string): Promise<Result<PaymentProof, ErrorCode>> {
  const payment = await core.ports.store.read((tx) => tx.payments.get(paymentId));
  if (!payment.ok) return payment;
  const { state, confirmationCode = null } = payment.value ?? {};
  const receipt = state?.kind === 'settled' ? fromBase64Url(state.receipt) : null;
  return receipt === null ? err('NOT_FOUND') : ok({ receiptCode: compactReceipt(receipt), confirmationCode });
}
