/** The payer's calls, each passed on as it is: to the worker that is there now, and over the wire. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { PayerOfflineApi } from '#wallet/api-payer.ts';

export type Through = <T>(ask: (payer: PayerOfflineApi) => Promise<Result<T, ErrorCode>>) => Promise<Result<T, ErrorCode>>;

export function payerCalls(through: Through): PayerOfflineApi {
  return {
    purseChallenge: () => through((payer) => payer.purseChallenge()),
    loadPurse: (wish, amountText, proof) => through((payer) => payer.loadPurse(wish, amountText, proof)),
    closePurse: (purseId) => through((payer) => payer.closePurse(purseId)),
    presentVoucher: (voucherId) => through((payer) => payer.presentVoucher(voucherId)),
    voucherChallenge: (draftId) => through((payer) => payer.voucherChallenge(draftId)),
    payOffline: (draftId, user) => through((payer) => payer.payOffline(draftId, user)),
    passkeyTrial: () => through((payer) => payer.passkeyTrial()),
    passkeyTried: (assertion) => through((payer) => payer.passkeyTried(assertion)),
    takeNote: (text) => through((payer) => payer.takeNote(text)),
    paymentProof: (paymentId) => through((payer) => payer.paymentProof(paymentId)),
    appeal: (subject, text) => through((payer) => payer.appeal(subject, text)),
  };
}
