/**
 * Sessions of this device. The cookie is the browser's; what proves the device is its key. When the server has forgotten the
 * session (401), the key opens a new one and the question is asked again; the outbox is never touched for that.
 */
import { toBase64Url, utf8 } from '#base/bytes.ts';
import { ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { ChallengeReply, MeReply, type SessionRequest, sessionProofMessage, sessionSubject, type UserProof } from '#protocol/http.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { readMessage } from '#protocol/read-message.ts';
import { type Answer, ask, type Question, toResult } from './ask.ts';
import { type Core, environment } from './core.ts';

/** The ways in, without what every one of them carries. */
export type WayIn =
  | { readonly kind: 'enrol'; readonly code: string }
  | { readonly kind: 'device'; readonly deviceId: string }
  /** `challenge`: the one that a passkey has signed already. */
  | { readonly kind: 'restore'; readonly user: UserProof; readonly challenge: string | null };

/** Opens a session by one way in. The key signs a challenge, bound to this host and this way. */
export async function openSession(core: Core, signer: Es256Signer, way: WayIn): Promise<Result<MeReply, ErrorCode>> {
  const challenge = way.kind === 'restore' && way.challenge !== null ? ok(way.challenge) : await freshChallenge(core);
  if (!challenge.ok) return challenge;
  const request = await prove(core, signer, way, challenge.value);
  const opened = await ask(core, {
    method: 'POST',
    path: '/v1/sessions',
    body: JSON.stringify(request),
    read: (json) => readMessage(MeReply, json),
  });
  const reply = toResult(opened);
  if (reply.ok) core.memory.sessionNeeded = false;
  return reply;
}

export async function freshChallenge(core: Core): Promise<Result<string, ErrorCode>> {
  const read = (json: unknown) => readMessage(ChallengeReply, json);
  const reply = toResult(await ask(core, { method: 'POST', path: '/v1/challenges', body: '{}', read }));
  return reply.ok ? ok(reply.value.challenge) : reply;
}

async function prove(core: Core, signer: Es256Signer, way: WayIn, challenge: string): Promise<SessionRequest> {
  const deviceKey = toBase64Url(signer.publicKey);
  const about = way.kind === 'device' ? way : { ...way, deviceKey };
  const message = sessionProofMessage(environment(core).host, way.kind, sessionSubject(about), challenge);
  const proof = toBase64Url(await signer.sign(utf8(message)));
  return about.kind === 'device' ? { ...about, challenge, proof } : { ...about, challenge, proof };
}

/** Proves the device that the store knows. False when that did not work; why is in the log and in the phase. */
export async function renewSession(core: Core): Promise<boolean> {
  const { identity, signer } = core.memory;
  if (identity === null || signer === null) return false;
  const opened = await openSession(core, signer, { kind: 'device', deviceId: identity.deviceId });
  if (opened.ok) return true;
  core.ports.log.warn('session.refused', { error: opened.error });
  // Not when another tab has set up another device meanwhile.
  if (opened.error === 'DEVICE_REVOKED' && core.memory.identity?.deviceId === identity.deviceId) {
    core.memory.phase = 'blocked';
    core.memory.blocked = opened.error;
    core.changed();
  }
  return false;
}

export function meQuestion() {
  return { method: 'GET', path: '/v1/me', body: null, read: (json: unknown) => readMessage(MeReply, json) } as const;
}

/** A question that needs a session: on 401 the device proves itself once and asks once more. */
export async function askAsMe<T>(core: Core, question: Question<T>): Promise<Answer<T>> {
  const first = await ask(core, question);
  if (first.kind !== 'problem' || first.status !== 401) return first;
  core.memory.sessionNeeded = true;
  return (await renewSession(core)) ? ask(core, question) : first;
}

export async function askForResult<T>(core: Core, question: Question<T>): Promise<Result<T, ErrorCode>> {
  return toResult(await askAsMe(core, question));
}
