/** Which article stands behind which state's line "what happens now". */
import type { ErrorCode } from '#protocol/errors.ts';
import type { ArticleId } from './article-ids.ts';

/** States of a payment that its payer sees. */
export type ShownState = 'sending' | 'settled' | 'refused' | 'set-aside' | VoucherShown;
/** Of a payment out of a purse, at its payer. */
type VoucherShown = 'signed' | 'presented' | 'acked' | 'returned' | 'voided' | 'refunded' | 'frozen';

const BY_STATE: Readonly<Record<ShownState, ArticleId>> = {
  sending: 'payment-pending',
  settled: 'records-and-receipt',
  refused: 'payment-failed',
  'set-aside': 'payment-pending',
  signed: 'pay-offline',
  presented: 'pay-offline',
  acked: 'pay-offline',
  returned: 'voucher-returned',
  voided: 'refund-note',
  refunded: 'refund-note',
  frozen: 'purse-frozen',
};

/** Where a state's line "what happens now" leads. A refusal's own code knows better: pass it where there is one. */
export function helpForState(state: ShownState, code: ErrorCode | null = null): ArticleId | ErrorCode {
  return state === 'refused' && code !== null ? code : BY_STATE[state];
}
