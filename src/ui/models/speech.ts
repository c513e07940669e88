/** Reads a sentence aloud where the device can. Never the only way to learn something. */
import type { Locale } from '#i18n/translate.ts';

export function canSpeak(): boolean {
  return typeof speechSynthesis === 'object';
}

export function speak(text: string, locale: Locale): void {
  if (!canSpeak()) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = locale === 'en' ? 'en-GB' : locale;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}
