/** Words for a code at the till. Some mean something else to the one who takes than to the one who pays; the rest are everybody's. */
import { articleForError } from '#help/error-articles.ts';
import type { ArticleId } from '#help/article-ids.ts';
import { errorWords } from '#i18n/error-words.ts';
import type { Said } from '#i18n/error-words.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import { CODE_ERRORS, VOUCHER_REASONS } from '#protocol/errors.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Outcome } from '../models/sale-outcome.ts';
import type { Problem } from '../parts/ErrorWords.tsx';

/** Two payment codes of one purse contradict each other, or the purse was stopped because of that. */
const DOUBTFUL: readonly string[] = ['E_EQUIVOCATION', 'E_REVOKED'];

const OF_CODES: readonly string[] = [...CODE_ERRORS, ...VOUCHER_REASONS];

export function isDoubtful({ error }: Pick<Problem, 'error'>): boolean {
  return DOUBTFUL.includes(error);
}

export function tillWords(words: Catalogue, { error, detail }: Problem): Said {
  const general = errorWords(words, error, detail);
  const own = ownWords(words.take.errors, error);
  if (own === undefined) return general;
  // What was found is the same for everybody; what to do about it is not.
  return detail?.found !== undefined && detail.found in words.found ? { title: general.title, whatNow: own.whatNow } : own;
}

/** A code that was refused at the till is explained to a shop, also where the same code has another article for a shopper. */
export function tillArticle(code: ErrorCode): ArticleId {
  const general = articleForError(code);
  const ofCode = OF_CODES.includes(code);
  return ofCode && !general.startsWith('merchant-') ? 'merchant-code-refused' : general;
}

function ownWords(table: Readonly<Record<string, Said>>, code: string): Said | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** The article behind "what happens now" of a sale. */
const BY_OUTCOME: Readonly<Record<Outcome, ArticleId>> = {
  open: 'merchant-charge',
  cancelled: 'merchant-charge',
  expired: 'merchant-charge',
  paid: 'merchant-charge',
  asking: 'merchant-offline',
  accepted: 'merchant-pending',
  late: 'merchant-pending',
  held: 'merchant-pending',
  guaranteed: 'merchant-guarantee',
  short: 'merchant-guarantee',
  lost: 'merchant-guarantee',
  refunded: 'merchant-void-refund',
  voided: 'merchant-void-refund',
};

export function saleArticle(outcome: Outcome): ArticleId {
  return BY_OUTCOME[outcome];
}
