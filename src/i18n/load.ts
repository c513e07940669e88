/** Fetches a language when it is first needed, one chunk each. */
import type { Catalogue } from './catalogue.ts';
import type { Locale } from './translate.ts';
import { unreachable } from '#base/assert.ts';

export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  switch (locale) {
    case 'zh-CN':
      return (await import('./zh/catalogue.ts')).zhCatalogue;
    case 'en':
      return (await import('./en/catalogue.ts')).enCatalogue;
    default:
      return unreachable(locale);
  }
}
