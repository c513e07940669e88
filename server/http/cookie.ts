/** The session cookie. `__Host-` binds it to this host, to https (or localhost) and to the whole path; scripts never see it. */
import { LIMITS } from '#protocol/limits.ts';

const NAME = '__Host-chit';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Null unless there is exactly one, and it is shaped like ours. */
export function readSessionCookie(header: string | null): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && SECRET.test(value) ? value : null;
}

export function sessionCookie(secret: string): string {
  return `${NAME}=${secret}; Max-Age=${Math.floor(LIMITS.sessionMs / 1_000)}; ${ATTRIBUTES}`;
}

export function endedCookie(): string {
  return `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;
}
