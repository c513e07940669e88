/**
 * Out of the purse by passkey, with no network: the next voucher is made whole but unsigned, the passkey signs its hash, this device
 * checks that word and signs. Between the two nothing is held: when the purse has moved on meanwhile, the passkey is asked again.
 */
import { assert } from '#base/assert.ts';
import { toBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UserProof } from '#protocol/http.ts';
import type { PaidFromPurse } from './api-payer.ts';
import type { Core, OpenDraft } from './core.ts';
import { certOf, confirmBy } from './offline-confirm.ts';
import { putTrial } from './passkey-trial.ts';
import { passkeyWord } from './passkey-word.ts';
import { onceAtATime, openDraft } from './pay.ts';
import { paidFromPurse } from './purse-views.ts';
import { findPayment, signConfirmed } from './sign-voucher.ts';
import { unsignedVoucher } from './unsigned-voucher.ts';

export async function voucherChallenge(core: Core, draftId: string): Promise<Result<{ readonly challenge: string }, ErrorCode>> {
  const open = await openDraft(core, draftId);
  if (!open.ok) return open;
  const found = await findPayment(core, open.value);
  if (!found.ok) return found;
  if (!('purse' in found.value)) return err('INVOICE_PAID', { paymentId: 'voucher' in found.value ? found.value.voucher.id : found.value.paidAs });
  if (found.value.purse === null) return err(found.value.why);
  const { purse } = found.value;
  const trial = await core.ports.store.read((tx) => tx.passkeyTrial());
  if (!trial.ok) return trial;
  const by = confirmBy(certOf(purse), open.value.draft.amountMinor, trial.value);
  if (by === 'pin' || by === 'nobody') return err(by === 'pin' ? 'CONFIRM_PIN' : 'E_UV_REQUIRED');
  const unsigned = unsignedVoucher(core, open.value, purse, true);
  if (!unsigned.ok) return unsigned;
  core.memory.unsigned.set(draftId, unsigned.value);
  return ok({ challenge: toBase64Url(unsigned.value.draft.challenge) });
}

type PaidOffline = Result<PaidFromPurse, ErrorCode>;

export async function payOffline(core: Core, draftId: string, user: UserProof): Promise<PaidOffline> {
  const paid = await onceAtATime(core, `offline ${draftId}`, () => payOnce(core, draftId, user));
  if (!paid.ok) return paid;
  const { code } = paid.value;
  assert(code !== undefined, 'out of a purse there is a code');
  return ok({ ...paid.value, code });
}

async function payOnce(core: Core, draftId: string, user: UserProof): Promise<PaidOffline> {
  const open = await openDraft(core, draftId);
  if (!open.ok) return open;
  const unsigned = core.memory.unsigned.get(draftId);
  if (unsigned === undefined) return paidAlready(core, open.value);
  const { uvKey } = unsigned;
  const word = user.kind === 'passkey' && uvKey !== null ? await passkeyWord(core, user.assertion, unsigned.draft.challenge, uvKey) : null;
  if (word === null || uvKey === null) return err('PASSKEY_REFUSED');
  core.memory.unsigned.delete(draftId);
  const signed = await signConfirmed(core, open.value, unsigned, word, (tx) => putTrial(tx, uvKey, true));
  if (signed === 'overtaken') return err('CONFIRM_OFFLINE');
  if (!signed.ok) return signed;
  core.ring();
  return ok(paidFromPurse(signed.value));
}

/** A second tap, or another tab: the code that is there. */
async function paidAlready(core: Core, open: OpenDraft): Promise<PaidOffline> {
  const found = await findPayment(core, open);
  if (!found.ok) return found;
  if ('voucher' in found.value) return ok(paidFromPurse(found.value.voucher));
  return 'paidAs' in found.value ? err('INVOICE_PAID', { paymentId: found.value.paidAs }) : err('CONFIRM_OFFLINE');
}

