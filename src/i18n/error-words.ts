/**
 * From a code and its detail to two sentences: what is the matter, what to do now. Any text may arrive as a code (an older
 * record, a newer server), so an unknown one gets honest general words instead of an exception.
 */
import type { ErrorDetail } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ErrorText, ErrorWords, FoundWords } from './zh/errors.ts';

export type ErrorCatalogue = { readonly errors: Readonly<Record<ErrorCode, ErrorWords>>; readonly found: FoundWords };
export type Said = { readonly title: string; readonly whatNow: string };

export function errorWords(catalogue: ErrorCatalogue, code: string, detail: ErrorDetail = {}): Said {
  if (code === 'E_PREFIX' || code === 'E_WRONG_CODE') {
    const found = detail.found === undefined ? undefined : ownEntry(catalogue.found, detail.found);
    if (found !== undefined) return found;
  }
  const words = ownEntry(catalogue.errors, code) ?? catalogue.errors.INTERNAL;
  return { title: said(words.title, detail), whatNow: said(words.whatNow, detail) };
}

function said(text: ErrorText, detail: ErrorDetail): string {
  return typeof text === 'string' ? text : text(detail);
}

function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
