/** Help's two pages, loaded when they are opened: the shelf with its search, and one article. */
import { useRoute } from 'preact-iso/router';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { GREENWICH, formatTime } from '#i18n/formats.ts';
import { relatedTo } from '#help/articles.ts';
import { articleAt } from '#help/error-articles.ts';
import type { Article } from '#help/articles.ts';
import { buildIndex, search } from '#help/search.ts';
import { loadShelf } from '#help/shelf.ts';
import { useLocale, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { ArticleBody } from './ArticleBody.tsx';
import './help.css';

/** How many other articles are offered under one. */
const RELATED = 3;
const QUERY_CHARS = 100;

export function HelpHome() {
  const words = useWords().help;
  const shelf = useShelf();
  const [query, setQuery] = useState('');
  const index = useMemo(() => (shelf === null ? null : buildIndex(shelf)), [shelf]);
  if (shelf === null || index === null) return <HelpPage title={words.title} back="/me"><Skeleton lines={6} /></HelpPage>;
  const asked = query.trim() !== '';
  const found = asked ? search(index, query).flatMap((hit) => shelf.filter((article) => article.id === hit.id)) : [];
  return (
    <HelpPage title={words.title} back="/me">
      <search>
        <Field label={words.search} hint={words.searchHint} value={query} onInput={setQuery} maxLength={QUERY_CHARS} />
      </search>
      <p class="quiet small" role="status">{asked ? (found.length > 0 ? words.results(found.length) : words.nothing) : words.offline}</p>
      {!asked && <h2>{words.shelf}</h2>}
      <Shelf articles={found.length > 0 ? found : shelf} />
      <Banner tone="note" title={words.neverAsk} />
    </HelpPage>
  );
}

export function HelpArticle() {
  const words = useWords().help;
  const locale = useLocale();
  const id = articleAt(useRoute().params['id'] ?? '');
  const shelf = useShelf();
  if (shelf === null) return <HelpPage title={words.title} back="/help"><Skeleton lines={8} /></HelpPage>;
  const article = shelf.find((candidate) => candidate.id === id);
  if (article === undefined) {
    return (
      <HelpPage title={words.missing} back="/help">
        <p>{words.missingWhatNow}</p>
        <Button href="/help" kind="ink">{words.back}</Button>
      </HelpPage>
    );
  }
  return (
    <HelpPage title={words.title} back="/help">
      <article class="article card">
        <h2 class="article-title">{article.title}</h2>
        <ArticleBody blocks={article.blocks} />
        <p class="quiet small">{words.updated(formatTime(Date.parse(article.updated), locale, GREENWICH, 'date'))}</p>
      </article>
      <h2>{words.related}</h2>
      <Shelf articles={relatedTo(article, shelf, RELATED)} />
    </HelpPage>
  );
}

function HelpPage({ title, back, children }: { readonly title: string; readonly back: string; readonly children: ComponentChildren }) {
  return (
    <>
      <TopBar title={title} back={back} />
      <main id="main" class="page" tabIndex={-1}>{children}</main>
    </>
  );
}

function Shelf({ articles }: { readonly articles: readonly Article[] }) {
  return (
    <ul class="shelf card">
      {articles.map((article) => (
        <li key={article.id}>
          <a class="shelf-entry" href={`/help/${article.id}`}>
            <span>{article.title}</span>
            <Icon name="next" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function useShelf(): readonly Article[] | null {
  const locale = useLocale();
  const [shelf, setShelf] = useState<{ readonly locale: string; readonly articles: readonly Article[] } | null>(null);
  useEffect(() => {
    let wanted = true;
    void loadShelf(locale === 'zh-CN' ? 'zh' : 'en').then((articles) => {
      if (wanted) setShelf({ locale, articles });
    });
    return () => {
      wanted = false;
    };
  }, [locale]);
  return shelf?.locale === locale ? shelf.articles : null;
}
