/**
 * Requests that the server did not take are never sent again. The wallet counts them apart from those that wait, over all kinds of
 * requests, so of one payment it is certain only while nothing else waits.
 */
import type { PaymentView, Snapshot } from '#wallet/api.ts';

export function isSetAside(payment: PaymentView, { waiting, poisoned }: Snapshot): boolean {
  return payment.state === 'sending' && poisoned > 0 && waiting === 0;
}

/** How many payments are still being confirmed by themselves: never more than there are requests to send. */
export function confirmingCount({ recent, waiting }: Snapshot): number {
  const sending = recent.filter((record) => record.type === 'payment' && record.state === 'sending').length;
  return Math.min(sending, waiting);
}
