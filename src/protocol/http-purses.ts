/** The messages of purses, proofs and appeals. Same conventions as http.ts. */
import * as v from 'valibot';
import { UserProof } from './http.ts';
import { amountMinor, balanceMinor, base64Url, bytesText, count, hexId, merchantIdHex, purseIdHex, timeMs } from './http-fields.ts';
import { answerText, PurseView } from './http-offline.ts';
import { LIMITS } from './limits.ts';

/** A challenge of POST /v1/challenges: what a passkey signs, and good for one request either way. */
const challenge = base64Url(96);

/**
 * POST /v1/purses: sets money aside for this device. The wallet makes the id; the same id with the same meaning gives the same
 * purse and asks no proof again, with another meaning it is ID_REUSED.
 */
export const PurseRequest = v.variant('kind', [
  v.strictObject({ purseId: purseIdHex, kind: v.literal('open'), limMinor: amountMinor, user: UserProof, challenge }),
  v.strictObject({ purseId: purseIdHex, kind: v.literal('tab'), merchantId: merchantIdHex, limMinor: amountMinor, user: UserProof, challenge }),
]);
export type PurseRequest = v.InferOutput<typeof PurseRequest>;

/** POST /v1/purses/:id/top-ups: raises the limit by `addMinor`, and renews the certificate. */
export const TopUpRequest = v.strictObject({ topUpId: hexId, addMinor: amountMinor, user: UserProof, challenge });
export type TopUpRequest = v.InferOutput<typeof TopUpRequest>;

/** POST /v1/purses/:id/refresh: a later expiry, the same limit. Moves no money, so it asks for no proof. */
export const RefreshRequest = v.strictObject({});

/** POST /v1/purses/:id/close: this device signs no more. The head is what it signed last; null and zeros for nothing. */
export const CloseRequest = v.strictObject({ headSeq: count, headCum: balanceMinor, headVid: v.nullable(hexId) });
export type CloseRequest = v.InferOutput<typeof CloseRequest>;

export const PurseReply = v.object({ nowMs: timeMs, purse: PurseView, /** The purse's newest certificate. */ certificate: bytesText });
export type PurseReply = v.InferOutput<typeof PurseReply>;

/** The `:id` of a purse's routes. */
export const PurseParams = v.strictObject({ id: purseIdHex });

/**
 * GET /v1/proofs/:id: two vouchers of one purse that contradict each other (protocol.md 5.4). Whoever has the key set can
 * check it: both are genuine, both of this purse, and purse-rules says that no honest chain holds both.
 */
export const ProofReply = v.object({ purseId: purseIdHex, vouchers: v.tuple([bytesText, bytesText]), atMs: timeMs });
export type ProofReply = v.InferOutput<typeof ProofReply>;

/** POST /v1/appeals: the wallet makes the id. `subject` is a purse, a voucher or a payment of this account. */
export const AppealRequest = v.strictObject({
  appealId: hexId,
  subject: v.union([hexId, purseIdHex]),
  text: v.pipe(v.string(), v.regex(/\S/), v.maxLength(LIMITS.appealChars)),
});
export type AppealRequest = v.InferOutput<typeof AppealRequest>;
/** `answer`: where it was answered before it was sent again. */
export const AppealReply = v.object({ nowMs: timeMs, appealId: hexId, state: v.picklist(['received', 'answered']), answer: v.optional(answerText) });
export type AppealReply = v.InferOutput<typeof AppealReply>;
