/** All articles of one language, in the shelf's order. Each language is its own chunk. */
import { assert } from '#base/assert.ts';
import { ARTICLE_IDS } from './article-ids.ts';
import { parseArticle } from './articles.ts';
import type { Article } from './articles.ts';

export type HelpLanguage = 'zh' | 'en';

export async function loadShelf(language: HelpLanguage): Promise<Article[]> {
  const { sources } = language === 'zh' ? await import('./shelf-zh.ts') : await import('./shelf-en.ts');
  return ARTICLE_IDS.map((id) => {
    const source = sources[`./articles/${language}/${id}.md`];
    assert(source !== undefined, `article ${id} exists in ${language}`);
    return parseArticle(id, source);
  });
}
