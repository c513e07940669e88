/** The payer's half of the door: each call goes to the part that carries it out, loaded when it is first needed. */
import type { PayerOfflineApi } from './api-payer.ts';
import type { Core } from './core.ts';
import { use } from './later.ts';
import { paymentProof } from './payment-proof.ts';
import { freshChallenge } from './session.ts';

export function payerDoor(core: Core): PayerOfflineApi {
  return {
    purseChallenge: () => freshChallenge(core),
    loadPurse: (wish, amountText, proof) => use(import('./purse.ts'), (part) => part.loadTyped(core, wish, amountText, proof)),
    closePurse: (purseId) => use(import('./purse.ts'), (part) => part.closeShown(core, purseId)),
    presentVoucher: (voucherId) => use(import('./present-voucher.ts'), (part) => part.presentVoucher(core, voucherId)),
    voucherChallenge: (draftId) => use(import('./pay-by-passkey.ts'), (part) => part.voucherChallenge(core, draftId)),
    payOffline: (draftId, user) => use(import('./pay-by-passkey.ts'), (part) => part.payOffline(core, draftId, user)),
    passkeyTrial: () => use(import('./passkey-trial.ts'), (part) => part.passkeyTrial(core)),
    passkeyTried: (assertion) => use(import('./passkey-trial.ts'), (part) => part.passkeyTried(core, assertion)),
    takeNote: (text) => use(import('./take-note.ts'), (part) => part.takeNote(core, text)),
    paymentProof: (paymentId) => paymentProof(core, paymentId),
    appeal: (subject, text) => use(import('./appeal.ts'), (part) => part.appeal(core, subject, text)),
  };
}
