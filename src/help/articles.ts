/** An article as data, from its Markdown. Must never guess: an article that is broken fails the build's tests, not a reader. */
import { assert } from '#base/assert.ts';
import type { ArticleId } from './article-ids.ts';
import { linksOf, listField, parseMarkdown, splitFrontMatter } from './markdown.ts';
import type { Block } from './markdown.ts';

export type Article = {
  readonly id: ArticleId;
  readonly title: string;
  /** What it is the best answer to; names from the shared list of topics. */
  readonly topics: readonly string[];
  /** Words that people use and the text does not. */
  readonly keywords: readonly string[];
  /** YYYY-MM-DD. */
  readonly updated: string;
  readonly blocks: readonly Block[];
};

export function parseArticle(id: ArticleId, source: string): Article {
  const { fields, body } = splitFrontMatter(source);
  const title = fields.get('title') ?? '';
  const updated = fields.get('updated') ?? '';
  const topics = listField(fields.get('topics'));
  assert(title !== '' && topics.length > 0, `article ${id} has a title and topics`);
  assert(/^\d{4}-\d\d-\d\d$/.test(updated), `article ${id} says when it was updated`);
  return { id, title, topics, keywords: listField(fields.get('keywords')), updated, blocks: parseMarkdown(body) };
}

/** What to read next: the articles that this one names, then its neighbours on the shelf. */
export function relatedTo(article: Article, shelf: readonly Article[], count: number): Article[] {
  const at = shelf.findIndex((other) => other.id === article.id);
  const named = linksOf(article.blocks).flatMap((id) => shelf.filter((other) => other.id === id));
  const neighbours = [...shelf.slice(at + 1), ...shelf.slice(0, Math.max(0, at))];
  return [...new Set([...named, ...neighbours])].filter((other) => other.id !== article.id).slice(0, count);
}
