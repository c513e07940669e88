/** The words of a language: Chinese, our first, comes with the first script, so that a start need not wait for it; another is fetched when it is first needed. */
import { unreachable } from '#base/assert.ts';
import type { Catalogue } from './catalogue.ts';
import type { Locale } from './translate.ts';
import { zhCatalogue } from './zh/catalogue.ts';

export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  switch (locale) {
    case 'zh-CN':
      return zhCatalogue;
    case 'en':
      return (await import('./en/catalogue.ts')).enCatalogue;
    default:
      return unreachable(locale);
  }
}
