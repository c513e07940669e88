/** One tap to the other language; named in that language, so that whoever needs it can read it. */
import { useLocale, useShowing } from '../app-context.ts';

export function LanguageSwitch() {
  const { settings } = useShowing();
  const other = useLocale() === 'en' ? ({ locale: 'zh-CN', name: '中文' } as const) : ({ locale: 'en', name: 'English' } as const);
  return (
    <button class="button button-plain" type="button" lang={other.locale} onClick={() => settings.change({ language: other.locale })}>
      {other.name}
    </button>
  );
}
