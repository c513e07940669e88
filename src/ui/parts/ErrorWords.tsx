/** Words for a code: what is the matter, what now, and the way to the article about it. */
import { errorWords } from '#i18n/error-words.ts';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ComponentChildren } from 'preact';
import { useWords } from '../app-context.ts';
import { Banner } from './Banner.tsx';

export type Problem = Pick<Err<ErrorCode>, 'error' | 'detail'>;

export type ErrorBannerProps = {
  readonly problem: Problem;
  readonly tone?: 'warn' | 'urgent';
  readonly children?: ComponentChildren;
  /** Stand before the link to help. */
  readonly actions?: ComponentChildren;
};

export function ErrorBanner({ problem, tone = 'urgent', children, actions }: ErrorBannerProps) {
  const words = useWords();
  const { title, whatNow } = errorWords(words, problem.error, problem.detail);
  return (
    <Banner
      tone={tone}
      title={title}
      actions={
        <>
          {actions}
          <HelpLink code={problem.error} />
        </>
      }
    >
      <p>{whatNow}</p>
      {children}
    </Banner>
  );
}

/** The same in a line, for under a field. */
export function ErrorLine({ problem, id }: { readonly problem: Problem; readonly id?: string }) {
  const { title, whatNow } = errorWords(useWords(), problem.error, problem.detail);
  return (
    <p id={id} role="alert" class="error-line">
      <strong>{title}</strong> {whatNow}
    </p>
  );
}

/** Which article answers a code, help itself knows: this is read at every start, that is not. */
export function HelpLink({ code }: { readonly code: ErrorCode }) {
  const words = useWords().shell;
  return (
    <a class="help-link" href={`/help/${code}`}>
      {words.learnMore}
    </a>
  );
}
