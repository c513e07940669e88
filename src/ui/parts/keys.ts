/** What a key does to a text that is being typed: amounts and PINs. Pure; the screen draws, this decides. */
export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '.' | 'erase';

const WHOLE_DIGITS = 7;

/** The amount after one more key. A key that makes no amount changes nothing. */
export function pressAmountKey(text: string, key: Key, decimals: number): string {
  if (key === 'erase') return text.slice(0, -1);
  if (key === '.') return decimals === 0 || text.includes('.') ? text : `${text === '' ? '0' : text}.`;
  const [whole = '', fraction] = text.split('.');
  if (fraction !== undefined) return fraction.length < decimals ? text + key : text;
  if (whole === '0') return key;
  return whole.length < WHOLE_DIGITS ? text + key : text;
}

/** Digits of any width out of what was typed or pasted, at most `length`. */
export function digitsOf(text: string, length: number): string {
  return text.normalize('NFKC').replace(/[^0-9]/g, '').slice(0, length);
}
