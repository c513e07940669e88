/**
 * What every request must be before anybody looks at what it wants: for our host, from our own pages, JSON, not too large.
 * Nothing here knows a route or a caller.
 */
import { concat } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { parseJson } from './json.ts';

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;
const CHIT_HEADER = 'chit-request';

/**
 * A page of another site cannot send our header or JSON without a preflight, which we never answer; what the browser says
 * of the request's origin must agree. Old browsers say nothing: then the header alone decides.
 */
export function isSameSite(request: Request, origin: string): boolean {
  const { headers } = request;
  if (headers.get(CHIT_HEADER) !== '1') return false;
  const site = headers.get('sec-fetch-site');
  const from = headers.get('origin');
  return (site === null || site === 'same-origin') && (from === null || from === origin);
}

/** An absent body is {}: some questions need no more. */
export async function readJsonBody(request: Request): Promise<Result<unknown, Problem>> {
  if (Number(request.headers.get('content-length') ?? 0) > LIMITS.bodyBytes) return err('BODY_TOO_LARGE');
  const type = request.headers.get('content-type');
  const bytes = await readBytes(request);
  if (bytes === null) return err('BODY_TOO_LARGE');
  if (type === null && bytes.length === 0) return ok({});
  if (type === null || !JSON_TYPE.test(type)) return err('UNSUPPORTED_MEDIA_TYPE');
  if (bytes.length === 0) return ok({});
  const parsed = parseJson(bytes);
  return parsed !== null && isObject(parsed.value) ? ok(parsed.value) : err('BAD_REQUEST');
}

/** All our messages are objects; to a schema without required members a list would look like one. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stops reading at the limit, whatever length was announced. Null when there is more. */
export async function readBytes(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body ?? []) {
    total += chunk.length;
    if (total > LIMITS.bodyBytes) return null;
    chunks.push(chunk);
  }
  return concat(...chunks);
}
