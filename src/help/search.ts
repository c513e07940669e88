/**
 * Offline search over a language's articles: Chinese by pairs of characters, other words whole, by their beginning, or with one
 * slip of the finger. Pure, small, no DOM; fast at some hundreds of articles.
 */
import type { Article } from './articles.ts';
import type { ArticleId } from './article-ids.ts';
import { plainText } from './markdown.ts';

export type Hit = { readonly id: ArticleId; readonly score: number };
type Field = { readonly weight: number; readonly tokens: ReadonlySet<string> };
type Entry = { readonly id: ArticleId; readonly fields: readonly Field[] };
export type HelpIndex = { readonly entries: readonly Entry[]; readonly holders: ReadonlyMap<string, number> };

/** A query longer than this is a pasted text, and only its beginning is asked about. */
const QUERY_CHARS = 200;
/** Below this many letters a slip would turn one word into another. */
const TYPO_LETTERS = 4;
const EXACT = 1;
const PREFIX = 0.6;
const TYPO = 0.5;
/** A hit with less than this part of the best one's score is noise. */
const NOISE = 0.2;
const RUNS = /\p{Script=Han}+|[\p{L}\p{N}]+/gu;
const HAN = /^\p{Script=Han}/u;
const STOP = new Set('a an and are at be by can do does for from how i if in is it me my not of on or that the this to was what when where who why will with you your 什么 怎么 么办 怎样 为什 是什'.split(' '));

export function buildIndex(articles: readonly Article[]): HelpIndex {
  const entries = articles.map((article) => ({
    id: article.id,
    fields: [
      { weight: 4, tokens: new Set(tokens(article.title)) },
      { weight: 4, tokens: new Set(tokens([...article.keywords, ...article.topics].join(' · '))) },
      { weight: 1, tokens: new Set(tokens(plainText(article.blocks))) },
    ],
  }));
  const holders = new Map<string, number>();
  for (const entry of entries) {
    for (const token of new Set(entry.fields.flatMap((field) => [...field.tokens]))) holders.set(token, (holders.get(token) ?? 0) + 1);
  }
  return { entries, holders };
}

/** Best first. Empty for a query of which nothing is found. */
export function search(index: HelpIndex, query: string): Hit[] {
  const asked = [...new Set(tokens(query.slice(0, QUERY_CHARS)))];
  const telling = asked.filter((token) => !STOP.has(token));
  const wanted = (telling.length > 0 ? telling : asked).map((token) => meanings(index, token));
  const hits = index.entries
    .map((entry) => ({ id: entry.id, score: wanted.reduce((sum, meaning) => sum + bestOf(entry, meaning), 0) }))
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score);
  const best = hits[0]?.score ?? 0;
  return hits.filter((hit) => hit.score >= best * NOISE);
}

/** Words of a text: Han runs as pairs (a lone character as itself), the rest in lower case without a plural s. */
export function tokens(text: string): string[] {
  const out: string[] = [];
  for (const [run] of text.normalize('NFKC').toLowerCase().replaceAll('’', "'").matchAll(RUNS)) {
    if (!HAN.test(run)) out.push(stem(run));
    else if (run.length === 1) out.push(run);
    else for (let i = 0; i + 1 < run.length; i++) out.push(run.slice(i, i + 2));
  }
  return out;
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?<=[^su])s$|(?<=[^e])ing$|(?<=[^e])ed$/, '') : word;
}

/** The index's tokens that an asked token may mean, each with how sure that is. Rare tokens tell more. */
function meanings(index: HelpIndex, token: string): ReadonlyMap<string, number> {
  const rarity = (known: string): number => Math.log(1 + index.entries.length / (index.holders.get(known) ?? 1));
  if (index.holders.has(token)) return new Map([[token, EXACT * rarity(token)]]);
  const found = new Map<string, number>();
  for (const known of index.holders.keys()) {
    const sure = likeness(token, known);
    if (sure > 0) found.set(known, sure * rarity(known));
  }
  return found;
}

function likeness(asked: string, known: string): number {
  if (HAN.test(asked)) return asked.length === 1 && known.includes(asked) ? PREFIX : 0;
  if (asked.length >= 2 && known.startsWith(asked)) return PREFIX;
  return asked.length >= TYPO_LETTERS && !HAN.test(known) && withinOneEdit(asked, known) ? TYPO : 0;
}

function bestOf(entry: Entry, meaning: ReadonlyMap<string, number>): number {
  let best = 0;
  for (const [token, sure] of meaning) {
    const weight = entry.fields.reduce((sum, field) => sum + (field.tokens.has(token) ? field.weight : 0), 0);
    best = Math.max(best, weight * sure);
  }
  return best;
}

/** One letter too many, too few, wrong, or two neighbours swapped. */
export function withinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
