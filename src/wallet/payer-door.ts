/** The payer's half of the door: each call goes to the part that carries it out, loaded when it is first needed. */
import type { PayerOfflineApi } from './api-payer.ts';
import type { Core } from './core.ts';
import { later, use } from './later.ts';
import { paymentProof } from './payment-proof.ts';
import { freshChallenge } from './session.ts';

const appealPart = later(() => import('./appeal.ts'));
const passkeyTrialPart = later(() => import('./passkey-trial.ts'));
const payByPasskeyPart = later(() => import('./pay-by-passkey.ts'));
const presentVoucherPart = later(() => import('./present-voucher.ts'));
const pursePart = later(() => import('./purse.ts'));
const takeNotePart = later(() => import('./take-note.ts'));

export function payerDoor(core: Core): PayerOfflineApi {
  return {
    purseChallenge: () => freshChallenge(core),
    loadPurse: (wish, amountText, proof) => use(pursePart, (part) => part.loadTyped(core, wish, amountText, proof)),
    closePurse: (purseId) => use(pursePart, (part) => part.closeShown(core, purseId)),
    presentVoucher: (voucherId) => use(presentVoucherPart, (part) => part.presentVoucher(core, voucherId)),
    voucherChallenge: (draftId) => use(payByPasskeyPart, (part) => part.voucherChallenge(core, draftId)),
    payOffline: (draftId, user) => use(payByPasskeyPart, (part) => part.payOffline(core, draftId, user)),
    passkeyTrial: () => use(passkeyTrialPart, (part) => part.passkeyTrial(core)),
    passkeyTried: (assertion) => use(passkeyTrialPart, (part) => part.passkeyTried(core, assertion)),
    takeNote: (text) => use(takeNotePart, (part) => part.takeNote(core, text)),
    paymentProof: (paymentId) => paymentProof(core, paymentId),
    appeal: (subject, text) => use(appealPart, (part) => part.appeal(core, subject, text)),
  };
}
