/**
 * The JSON door: bytes of a stranger to a value, or null. Refuses what JSON.parse would let pass: bytes that are not UTF-8,
 * towers of brackets, the same key twice (the last would win silently), and `__proto__`. Never throws.
 */
import { fromUtf8 } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';

/** A string that nothing ends goes to the end of the text: were it no match, each quote in it would be tried anew, in quadratic time. */
const TOKENS = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\]:,]/gs;

export function parseJson(bytes: Uint8Array): { readonly value: unknown } | null {
  const text = fromUtf8(bytes);
  if (text === null || !isPlain(text)) return null;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Shallow enough, and no object names a key twice. Assumes nothing about the rest: JSON.parse is the judge of that. */
function isPlain(text: string): boolean {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && !isNewKey(open.at(-1), last)) return false;
    if (open.length > LIMITS.jsonDepth) return false;
    last = token;
  }
  return true;
}

function isNewKey(seen: Set<string> | undefined, token: string): boolean {
  const key = unquote(token);
  if (seen === undefined || key === null || key === '__proto__' || seen.has(key)) return false;
  seen.add(key);
  return true;
}

function unquote(token: string): string | null {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
