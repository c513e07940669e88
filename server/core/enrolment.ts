/**
 * Enrolment codes: how a device joins an account while there is no registration. 60 bits of chance in 12 characters that
 * people can read out (no I, L, O, U), single use, short life; only the hash is stored.
 */
import { toHex, utf8 } from '#base/bytes.ts';
import type { Random } from '#base/random.ts';
import { sha256 } from '#protocol/sha256.ts';
import type { Tx } from './ports.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARS = 12;

/** Opens one enrolment inside the caller's transaction and returns the code to hand over. */
export async function openEnrolment(
  tx: Tx,
  code: string,
  partyId: string,
  expiresAtMs: number,
): Promise<void> {
  await tx.insertEnrolment({ codeHash: codeHashOf(code), partyId, expiresAtMs });
}

export function newEnrolmentCode(random: Random): string {
  const chars = [...random.bytes(CODE_CHARS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${chars.slice(0, 4)}-${chars.slice(4, 8)}-${chars.slice(8)}`;
}

/** What people type is forgiven: case, spaces, dashes, and the letters that look like digits. */
export function codeHashOf(code: string): string {
  const canonical = code.toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return toHex(sha256(utf8(`chit-enrolment-v1\n${canonical}`)));
}
