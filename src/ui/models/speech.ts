/** Reads a sentence aloud where the device can. Never the only way to learn something. */
import type { Locale } from '#i18n/translate.ts';

export function canSpeak(): boolean {
  return typeof speechSynthesis === 'object';
}

export function speak(text: string, locale: Locale): void {
  if (!canSpeak()) return;
  speechSynthesis.cancel();
  speakNext(text, locale, speechSynthesis);
}

/** After what is being said now. */
export function speakNext(text: string, locale: Locale, speech: SpeechSynthesis): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = locale === 'en' ? 'en-GB' : locale;
  speech.speak(utterance);
}
