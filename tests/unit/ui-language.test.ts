/** The language on screen, when a catalogue does not come: the network may go between the first script and the words. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { enCatalogue } from '#i18n/en/catalogue.ts';
import { zhCatalogue } from '#i18n/zh/catalogue.ts';
import { createLanguage } from '#ui/models/language.ts';
import { createSettings } from '#ui/models/settings.ts';
import { memoryStorage } from '../fixtures/memory-storage.ts';

let lost = false;
vi.mock('#i18n/load.ts', () => ({
  loadCatalogue: async (locale: string) => {
    if (locale === 'zh-CN') return zhCatalogue;
    if (lost) throw new TypeError('Failed to fetch dynamically imported module');
    return enCatalogue;
  },
}));

const root = { ownerDocument: {} } as HTMLElement;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('English words that do not come: the app starts in Chinese, whose words are here, and turns English once they come', async () => {
  lost = true;
  const language = await createLanguage(createSettings(null), ['en-GB'], root);
  expect([language.locale.value, language.words.value]).toEqual(['zh-CN', zhCatalogue]);
  await settle();
  lost = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([language.locale.value, language.words.value, root.lang]).toEqual(['en', enCatalogue, 'en']);
});

test('another language chosen with no network: the words stay what they are until the others come', async () => {
  const settings = createSettings(memoryStorage());
  const language = await createLanguage(settings, ['zh-CN'], root);
  lost = true;
  settings.change({ language: 'en' });
  await settle();
  expect(language.words.value).toBe(zhCatalogue);
  lost = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(language.words.value).toBe(enCatalogue);
});
