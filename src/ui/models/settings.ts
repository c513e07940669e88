/** How this device shows things. Kept in localStorage by the page; lost settings cost nothing. Never holds money or secrets. */
import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { Locale } from '#i18n/translate.ts';
import { attempt } from './attempt.ts';

export type Settings = {
  readonly language: 'auto' | Locale;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly elder: 'off' | 'large' | 'largest';
  /** Null: nobody chose. A till sounds then, a shopper's phone does not. */
  readonly sound: boolean | null;
  /** The passkey is not to be tried without a network: asked once, and no more. */
  readonly trialDeclined: boolean;
};

export type SettingsModel = {
  readonly value: Signal<Settings>;
  change(part: Partial<Settings>): void;
};

const STORE_KEY = 'chit.settings';
const DEFAULTS: Settings = { language: 'auto', theme: 'auto', elder: 'off', sound: null, trialDeclined: false };
const CHOICES: { readonly [K in keyof Settings]: readonly Settings[K][] } = {
  language: ['auto', 'zh-CN', 'en'],
  theme: ['auto', 'light', 'dark'],
  elder: ['off', 'large', 'largest'],
  sound: [false, true],
  trialDeclined: [false, true],
};

/** Takes what is valid and leaves the rest at its default: the text may come from another version, or from a hand. */
export function readSettings(text: string | null): Settings {
  const stored = parseObject(text);
  const pick = <K extends keyof Settings>(key: K): Settings[K] => CHOICES[key].find((choice) => choice === stored[key]) ?? DEFAULTS[key];
  return { language: pick('language'), theme: pick('theme'), elder: pick('elder'), sound: pick('sound'), trialDeclined: pick('trialDeclined') };
}

export function createSettings(store: Storage | null): SettingsModel {
  const value = signal(readSettings(attempt(() => store?.getItem(STORE_KEY)) ?? null));
  return {
    value,
    change(part) {
      value.value = { ...value.value, ...part };
      attempt(() => store?.setItem(STORE_KEY, JSON.stringify(value.value)));
    },
  };
}

/** Puts the settings on the document, where the styles look for them. */
export function showSettings(settings: SettingsModel, root: HTMLElement): () => void {
  return effect(() => {
    const { theme, elder } = settings.value.value;
    if (theme === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
    if (elder === 'off') delete root.dataset['elder'];
    else root.dataset['elder'] = elder;
  });
}

function parseObject(text: string | null): Record<string, unknown> {
  const parsed: unknown = attempt(() => JSON.parse(text ?? '{}'));
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}
