/**
 * The policy for shop names: what a payer's screen shows must not be able to lie about itself. Refused: control, bidi and
 * zero-width characters, names that are not NFC, letters of several scripts mixed into one name (a Cyrillic "а" in a Latin
 * name looks the same), and more bytes than the certificate holds. Han, kana, hangul and bopomofo go with each other and
 * with Latin, as shop signs do.
 */
import { utf8 } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';

/** Control, format (bidi, zero-width, joiners), private use, surrogates, unassigned, line and paragraph separators, fillers. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SPACES = /^\s|\s$|\s\s|[^\S ]/u;
const LETTER = /\p{L}/u;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;
const LATIN = /\p{Script=Latin}/u;
const COMMON = /\p{Script=Common}/u;
/** Scripts that may stand alone. Others come when an operator needs them; each needs a look at its look-alikes. */
const ALONE = [/\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Arabic}/u, /\p{Script=Hebrew}/u, /\p{Script=Thai}/u, /\p{Script=Devanagari}/u];

/** What the messages of http.ts carry. */
const PERSON_NAME_CHARS = 80;

export type NameFault = 'EMPTY' | 'TOO_LONG' | 'NOT_NFC' | 'INVISIBLE' | 'SPACES' | 'MIXED_SCRIPTS';

function scriptsAgree(name: string): boolean {
  const letters = [...name].filter((char) => LETTER.test(char) && !COMMON.test(char));
  if (letters.every((char) => EAST_ASIAN.test(char) || LATIN.test(char))) return true;
  return ALONE.some((script) => letters.every((char) => script.test(char)));
}

function spellingFault(name: string): NameFault | null {
  if (name.length === 0) return 'EMPTY';
  if (!name.isWellFormed() || INVISIBLE.test(name)) return 'INVISIBLE';
  if (name.normalize('NFC') !== name) return 'NOT_NFC';
  return SPACES.test(name) ? 'SPACES' : null;
}

/** Null when the name may be certified and shown to payers. */
export function merchantNameFault(name: string): NameFault | null {
  if (utf8(name).length > LIMITS.merchantNameBytes) return 'TOO_LONG';
  return spellingFault(name) ?? (scriptsAgree(name) ? null : 'MIXED_SCRIPTS');
}

/** People are called what they are called; only what cannot be shown honestly is refused. */
export function personNameFault(name: string): NameFault | null {
  return name.length > PERSON_NAME_CHARS ? 'TOO_LONG' : spellingFault(name);
}

/** What a merchant sees of a payer: enough to say "the one in front of me", too little to collect. */
export function maskName(name: string): string {
  const [first = ''] = name;
  return `${first}**`;
}
