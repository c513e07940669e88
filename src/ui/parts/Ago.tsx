/** A moment, in the reader's words and zone. */
import { formatTime } from '#i18n/formats.ts';
import type { TimeStyle } from '#i18n/formats.ts';
import { useLocale, useShowing } from '../app-context.ts';

export function Time({ atMs, style = 'day-time' }: { readonly atMs: number; readonly style?: TimeStyle }) {
  const { now } = useShowing();
  return <time dateTime={new Date(atMs).toISOString()}>{formatTime(atMs, useLocale(), now.timeZone, style)}</time>;
}
