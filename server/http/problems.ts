/** RFC 9457 problems: every refusal of a request as such. Never carries a stack, a message of ours, or what the caller sent. */
import type { ErrorDetail } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import type { ProblemReply } from '#protocol/http.ts';

export const PROBLEM_TYPE = 'application/problem+json';

type Shown = { readonly status: number; readonly title: string };

export const PROBLEM_SHOWN: Readonly<Record<Problem, Shown>> = {
  BAD_REQUEST: { status: 400, title: 'The request cannot be read' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be application/json' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This method is not allowed here' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  UNAUTHENTICATED: { status: 401, title: 'A session is needed' },
  FORBIDDEN: { status: 403, title: 'This account may not do that' },
  CROSS_SITE: { status: 403, title: 'The request came from another site' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  CODE_USED: { status: 410, title: 'The enrolment code is unknown, used or out of date' },
  CHALLENGE: { status: 409, title: 'The challenge is stale or not ours' },
  DEVICE_REVOKED: { status: 403, title: 'This device has been removed from its account' },
  TOO_MANY_DEVICES: { status: 409, title: 'The account has as many devices or passkeys as it may have' },
  PIN_WRONG: { status: 403, title: 'The PIN is wrong' },
  PIN_LOCKED: { status: 429, title: 'The PIN is locked for a while' },
  PIN_NOT_SET: { status: 409, title: 'The account has no PIN yet' },
  PIN_WEAK: { status: 422, title: 'The PIN is too easy to guess' },
  PASSKEY_REFUSED: { status: 403, title: 'The passkey does not confirm this' },
  ID_REUSED: { status: 409, title: 'This id belongs to something else' },
  PURSE_OPEN: { status: 409, title: 'This device has an open purse already' },
  PURSE_LIMIT: { status: 422, title: 'More than a purse may hold' },
  PURSE_CLOSED: { status: 409, title: 'The purse is closing, frozen or released' },
  PURSE_TOO_NEW: { status: 403, title: 'This account is too new for an open purse' },
  INSUFFICIENT_FUNDS: { status: 422, title: 'The account has too little money' },
  ACCOUNT_FROZEN: { status: 403, title: 'The account is frozen' },
  MERCHANT_UNKNOWN: { status: 422, title: 'There is no such merchant' },
  MERCHANT_SUSPENDED: { status: 422, title: 'The merchant is suspended' },
  CURRENCY: { status: 422, title: 'There are no purses in this currency' },
  INTERNAL: { status: 500, title: 'Something broke on the server' },
  UNAVAILABLE: { status: 503, title: 'The server cannot reach its database' },
};

function problemReply(code: Problem, requestId: string, detail: ErrorDetail = {}): ProblemReply {
  const { triesLeft, retryAfterMs } = detail;
  return {
    type: `urn:chit:problem:${code}`,
    ...PROBLEM_SHOWN[code],
    code,
    requestId,
    ...(triesLeft === undefined ? {} : { triesLeft }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export function problemResponse(code: Problem, requestId: string, detail: ErrorDetail = {}): Response {
  const body = problemReply(code, requestId, detail);
  const headers = new Headers({ 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' });
  const waitMs = detail.retryAfterMs ?? (code === 'UNAVAILABLE' ? 2_000 : undefined);
  if (waitMs !== undefined) headers.set('retry-after', String(Math.ceil(waitMs / 1_000)));
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
