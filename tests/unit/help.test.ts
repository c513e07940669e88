/** The shelf is whole: every article in both languages, every code and state leads to one, every link resolves, search finds. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '#protocol/errors.ts';
import { ARTICLE_IDS, isArticleId } from '#help/article-ids.ts';
import { parseArticle, relatedTo } from '#help/articles.ts';
import { articleAt, articleForError } from '#help/error-articles.ts';
import { helpForState } from '#help/state-articles.ts';
import { parseInlines, parseMarkdown, plainText } from '#help/markdown.ts';
import type { Block, Inline } from '#help/markdown.ts';
import { buildIndex, search, tokens, withinOneEdit } from '#help/search.ts';
import { loadShelf } from '#help/shelf.ts';

const LANGUAGES = ['zh', 'en'] as const;
const shelves = { zh: await loadShelf('zh'), en: await loadShelf('en') };
const inlinesOf = (blocks: readonly Block[]): Inline[] => blocks.flatMap((block) => (block.kind === 'list' ? block.items.flat() : [...block.inlines]));

test('README counts the articles', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(/(\d+) help articles/.exec(readme)?.[1]).toBe(String(ARTICLE_IDS.length));
});

describe.each(LANGUAGES)('articles in %s', (language) => {
  test('the shelf holds every article and no file is left out', () => {
    expect(shelves[language].map((article) => article.id)).toEqual([...ARTICLE_IDS]);
    const files = readdirSync(new URL(`../../src/help/articles/${language}/`, import.meta.url));
    expect(files.map((file) => file.replace(/\.md$/, '')).sort()).toEqual([...ARTICLE_IDS].sort());
  });

  test('each topic has one best answer, the same in both languages', () => {
    const topics = shelves[language].flatMap((article) => article.topics.map((topic) => `${topic}:${article.id}`));
    expect(new Set(topics.map((topic) => topic.split(':')[0])).size).toBe(topics.length);
    expect(topics).toEqual(shelves.zh.flatMap((article) => article.topics.map((topic) => `${topic}:${article.id}`)));
  });

  test('links resolve and no Markdown is left unread', () => {
    for (const article of shelves[language]) {
      for (const inline of inlinesOf(article.blocks)) {
        if (inline.kind === 'link') expect(isArticleId(inline.article), `${article.id} → ${inline.article}`).toBe(true);
        if (inline.kind === 'text') expect(inline.text, article.id).not.toMatch(/\*\*|\]\(|^#|https?:|```|<\w/u);
      }
      expect(plainText(article.blocks).length).toBeGreaterThan(200);
    }
  });

  test('the same questions are answered in both languages', () => {
    const headings = (shelf: typeof shelves.zh) => shelf.map((article) => article.blocks.filter((block) => block.kind === 'heading').length);
    expect(headings(shelves[language])).toEqual(headings(shelves.zh));
  });
});

test('what to read next: first what the article names, never itself', () => {
  for (const article of shelves.en) {
    const next = relatedTo(article, shelves.en, 3).map((other) => other.id);
    expect(next).toHaveLength(3);
    expect(new Set([...next, article.id]).size).toBe(4);
  }
  const pending = shelves.en.find((article) => article.id === 'payment-pending');
  expect(pending && relatedTo(pending, shelves.en, 1)[0]?.id).toBe('records-and-receipt');
});

test('every error code and every state leads to an article', () => {
  for (const code of ERROR_CODES) expect(isArticleId(articleForError(code)), code).toBe(true);
  for (const state of ['sending', 'settled', 'refused', 'set-aside', 'signed', 'presented', 'acked', 'returned', 'voided', 'refunded', 'frozen'] as const) {
    expect(isArticleId(helpForState(state)), state).toBe(true);
  }
  expect(articleForError('constructor')).toBe('payment-pending');
  expect(articleAt(helpForState('refused', 'MERCHANT_UNKNOWN'))).toBe('safety');
  expect(helpForState('refused')).toBe('payment-failed');
});

test('an address under /help is an article, or a code that leads to one', () => {
  for (const code of ERROR_CODES) expect(articleAt(code)).toBe(articleForError(code));
  expect(articleAt('A_CODE_OF_TOMORROW')).toBe('payment-pending');
  for (const id of ['pay-by-scan', 'nothing', 'constructor']) expect(articleAt(id)).toBe(id);
});

describe('search', () => {
  const indexes = { zh: buildIndex(shelves.zh), en: buildIndex(shelves.en) };
  test.each([
    ['zh', '钱扣了没到账', 'payment-pending'],
    ['zh', '被扣两次', 'payment-pending'],
    ['zh', '要不要重新付', 'payment-pending'],
    ['zh', '二维码扫不了', 'camera-trouble'],
    ['zh', '相机没有权限', 'camera-trouble'],
    ['zh', '支付密码锁了怎么办', 'pin-and-passkey'],
    ['zh', '余额不足', 'payment-failed'],
    ['zh', '假付款截图', 'merchant-charge'],
    ['zh', 'tpwallet', 'safety'],
    ['zh', 'tokenpoket', 'safety'],
    ['zh', '数据没了', 'storage-cleared'],
    ['zh', 'IPHONE 安装', 'storage-cleared'],
    ['zh', '订单号在哪里看', 'records-and-receipt'],
    ['zh', '怎么付款', 'pay-by-scan'],
    ['zh', '没信号能付吗', 'pay-offline'],
    ['zh', '怎么把零钱退回余额', 'offline-purse'],
    ['zh', '我的离线钱包被冻结了', 'purse-frozen'],
    ['zh', '八位数', 'shop-without-network'],
    ['zh', '退款单是什么', 'refund-note'],
    ['zh', '为什么只能放一半', 'purse-halved'],
    ['zh', '离线付款没有付成', 'voucher-returned'],
    ['zh', '商家不收离线付款', 'shop-sees-offline'],
    ['zh', '什么是数字钱包', 'what-is-chit'],
    ['en', 'pin locked', 'pin-and-passkey'],
    ['en', 'camra', 'camera-trouble'],
    ['en', 'charged twice', 'payment-pending'],
    ['en', 'chagred twise', 'payment-pending'],
    ['en', 'is this tokenpocket?', 'safety'],
    ['en', 'my money is gone', 'storage-cleared'],
    ['en', 'recipt', 'records-and-receipt'],
    ['en', 'fake screenshots', 'merchant-charge'],
    ['en', 'insufficient ballance', 'payment-failed'],
    ['en', 'how do I scan to pay', 'pay-by-scan'],
    ['en', 'what is chit', 'what-is-chit'],
    ['en', 'pay with no signal', 'pay-offline'],
    ['en', 'fill the offline purse', 'offline-purse'],
    ['en', 'my purse is frozen', 'purse-frozen'],
    ['en', 'eight digits', 'shop-without-network'],
    ['en', 'refund slip', 'refund-note'],
    ['en', 'why only half', 'purse-halved'],
    ['en', 'offline payment came back', 'voucher-returned'],
    ['en', 'shop refuses offline', 'shop-sees-offline'],
  ] as const)('%s: %s', (language, query, expected) => {
    expect(search(indexes[language], query).map((hit) => hit.id)[0]).toBe(expected);
  });

  test('nothing is found for nothing, and a novel does not hang it', () => {
    expect(search(indexes.zh, '')).toEqual([]);
    expect(search(indexes.zh, ' !?。')).toEqual([]);
    expect(search(indexes.en, 'zzzzqqqq')).toEqual([]);
    expect(search(indexes.zh, '没'.repeat(100_000)).length).toBeLessThanOrEqual(ARTICLE_IDS.length);
  });

  test('tokens and slips', () => {
    expect(tokens('扫不了 PINs!')).toEqual(['扫不', '不了', 'pins']);
    expect(tokens('Ｃｏｄｅ')).toEqual(['code']);
    expect(withinOneEdit('camra', 'camera')).toBe(true);
    expect(withinOneEdit('chagred', 'charged')).toBe(true);
    expect(withinOneEdit('cmara', 'camera')).toBe(false);
    expect(withinOneEdit('same', 'same')).toBe(true);
  });
});

describe('Markdown', () => {
  test('headings, paragraphs, lists, bold and links become data', () => {
    expect(parseMarkdown('## Now\none **two**\nthree\n- a\n- [b](./safety.md)\n\n1. c\n').map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'list']);
    expect(parseInlines('x **y** [z](./safety.md).')).toEqual([
      { kind: 'text', text: 'x ' },
      { kind: 'strong', text: 'y' },
      { kind: 'text', text: ' ' },
      { kind: 'link', text: 'z', article: 'safety' },
      { kind: 'text', text: '.' },
    ]);
  });

  test('a list after a paragraph is its own list', () => {
    expect(parseMarkdown('- a\n\ntext\n- b')).toHaveLength(3);
  });

  test('links elsewhere, scripts and HTML stay text', () => {
    for (const text of ['[x](https://example.org)', '[x](javascript:alert(1))', '<img src=x onerror=alert(1)>', '[x](./../a.md)']) {
      expect(parseInlines(text)).toEqual([{ kind: 'text', text }]);
    }
  });

  test('an article without title, topics or date is refused', () => {
    expect(() => parseArticle('safety', 'no front matter')).toThrow('title');
    expect(() => parseArticle('safety', '---\ntitle: x\ntopics: [a]\nupdated: today\n---\n')).toThrow('updated');
  });
});
