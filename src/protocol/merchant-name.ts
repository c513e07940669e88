/**
 * Which names a merchant's certificate may carry. A payer trusts the name on the confirm sheet, so nothing in it may hide or
 * turn round what is read (reliability.md 3.4). Look-alike letters are for the operator's review: NFKC does not fold them.
 */
import { utf8 } from '#base/bytes.ts';
import { LIMITS } from './limits.ts';

/** Control characters, line breaks, and the characters that turn text round. */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Invisible format characters, unassigned and private ones. */
const INVISIBLE = /[\p{Cf}\p{Cn}\p{Co}\p{Cs}]/u;

/** What a reader takes: any name of the right size that cannot mislead by its direction or by control characters. */
export function isReadableName(name: string): boolean {
  const size = utf8(name).length;
  return size >= 1 && size <= LIMITS.merchantNameBytes && !MISLEADING.test(name);
}

/** What an issuer certifies: stricter, so that one name has one spelling. */
export function isCertifiableName(name: string): boolean {
  return isReadableName(name) && !INVISIBLE.test(name) && name === name.normalize('NFC') && name === name.trim();
}
