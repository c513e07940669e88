/** The language on screen: follows the settings, loads a catalogue when it is first needed, and tells the document. */
import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Catalogue } from '#i18n/catalogue.ts';
import { loadCatalogue } from '#i18n/load.ts';
import { chooseLocale } from '#i18n/translate.ts';
import type { Locale } from '#i18n/translate.ts';
import type { SettingsModel } from './settings.ts';

export type LanguageModel = {
  readonly locale: ReadonlySignal<Locale>;
  readonly words: ReadonlySignal<Catalogue>;
};

/** Resolves with the first catalogue, so that nothing is drawn without words. */
export async function createLanguage(settings: SettingsModel, languages: readonly string[], root: HTMLElement): Promise<LanguageModel> {
  const wanted = (): Locale => {
    const { language } = settings.value.value;
    return language === 'auto' ? chooseLocale(languages) : language;
  };
  const locale = signal(wanted());
  const words = signal(await loadCatalogue(locale.value));

  effect(() => {
    const next = wanted();
    void loadCatalogue(next).then((catalogue) => {
      if (next !== wanted()) return;
      words.value = catalogue;
      locale.value = next;
      root.lang = next;
      root.dir = 'ltr';
      root.ownerDocument.title = catalogue.shell.appName;
    });
  });
  return { locale, words };
}
