/** How old a truth is, kept up to date while it is on screen; the exact time stands behind it. */
import { formatAgo, formatTime } from '#i18n/formats.ts';
import type { TimeStyle } from '#i18n/formats.ts';
import { useLocale, useShowing } from '../app-context.ts';

export function Ago({ atMs }: { readonly atMs: number }) {
  const { now } = useShowing();
  const locale = useLocale();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatTime(atMs, locale, now.timeZone, 'full')}>
      {formatAgo(now.nowMs.value - atMs, locale)}
    </time>
  );
}

export function Time({ atMs, style = 'day-time' }: { readonly atMs: number; readonly style?: TimeStyle }) {
  const { now } = useShowing();
  return <time dateTime={new Date(atMs).toISOString()}>{formatTime(atMs, useLocale(), now.timeZone, style)}</time>;
}
