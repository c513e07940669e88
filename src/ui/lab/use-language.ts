/** The language of a desk page: the browser's at first, then whatever the button says; its phones follow. */
import { useEffect, useState } from 'preact/hooks';
import { chooseLocale, type Locale } from '#i18n/translate.ts';
import type { DeskPhones } from './desk-phones.ts';

export type Language = { readonly locale: Locale; change(): void };

export function useLanguage(phones: DeskPhones, titleIn: (locale: Locale) => string): Language {
  const [locale, setLocale] = useState<Locale>(chooseLocale(navigator.languages));
  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = titleIn(locale);
    phones.say(locale);
  }, [locale]);
  return { locale, change: () => setLocale(locale === 'en' ? 'zh-CN' : 'en') };
}
