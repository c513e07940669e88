/** A payment out of a purse as a seal and a word. The shop's acknowledgement is not the server's verdict: no solid seal before that. */
import type { VoucherView } from '#wallet/api-payer.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { SealState } from './Seal.tsx';

type Standing = Pick<VoucherView, 'state' | 'amountMinor' | 'refundedMinor'>;
type Named = Standing & Pick<VoucherView, 'code'>;

export function voucherSeal(voucher: Standing): SealState {
  switch (voucher.state) {
    case 'signed':
    case 'presented':
      return 'open';
    case 'acked':
      return 'accepted';
    case 'settled':
      return isRefunded(voucher) ? 'refunded' : 'settled';
    case 'returned':
      return 'refused';
    case 'voided':
      return 'refunded';
  }
}

export function voucherState(voucher: Named, words: Catalogue['voucher']): string {
  if (isRefunded(voucher)) return words.state.refunded;
  if (voucher.state === 'settled' && voucher.refundedMinor > 0) return words.state.partRefunded;
  if (voucher.state !== 'signed' && voucher.state !== 'presented') return words.state[voucher.state];
  // One of another device has no code here that could be shown.
  return voucher.code === null ? words.state.elsewhere : words.state.shown;
}

/** All of it; a part leaves the payment what it was. */
function isRefunded({ state, amountMinor, refundedMinor }: Standing): boolean {
  return state === 'settled' && refundedMinor >= amountMinor;
}
