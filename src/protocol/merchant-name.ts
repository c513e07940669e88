/**
 * Which names a reader of merchant certificates takes. The issuer's policy is stricter and the server's (NFC, scripts, spaces);
 * this is the payer's own guard against a name that turns itself round or breaks the line on the confirm sheet.
 */
import { utf8 } from '#base/bytes.ts';
import { LIMITS } from './limits.ts';

/** Control characters, line breaks, and the characters that turn text round. */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

export function isReadableName(name: string): boolean {
  const size = utf8(name).length;
  return size >= 1 && size <= LIMITS.merchantNameBytes && !MISLEADING.test(name);
}
