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

/** A catalogue that did not come is asked for again. */
const AGAIN_MS = 5_000;

/** Resolves with the first catalogue, so that nothing is drawn without words; where it does not come, with ours, which is in the first script. */
export async function createLanguage(settings: SettingsModel, languages: readonly string[], root: HTMLElement): Promise<LanguageModel> {
  const wanted = (): Locale => {
    const { language } = settings.value.value;
    return language === 'auto' ? chooseLocale(languages) : language;
  };
  const locale = signal(wanted());
  const words = signal(await loadCatalogue(locale.value).catch(() => loadCatalogue((locale.value = 'zh-CN'))));

  const load = (): void => {
    const next = wanted();
    void loadCatalogue(next).then(
      (catalogue) => {
        if (next !== wanted()) return;
        words.value = catalogue;
        locale.value = next;
        root.lang = next;
        root.dir = 'ltr';
        root.ownerDocument.title = catalogue.shell.appName;
      },
      () => setTimeout(load, AGAIN_MS),
    );
  };
  effect(load);
  return { locale, words };
}
