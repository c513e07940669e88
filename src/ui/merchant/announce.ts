/**
 * Tells the counter that money arrived: two tones, a short vibration, and the amount spoken, when the merchant wants sound.
 * Sound only repeats what the screen says; a sale that was already there when the page opened is not announced again.
 */
import { effect } from '@preact/signals';
import { decimalText, formatMoney } from '#i18n/formats.ts';
import { CNY } from '#protocol/currency.ts';
import type { SaleView } from '#wallet/api-till.ts';
import type { App } from '../app-context.ts';
import { playTone, vibrate } from '../models/sound.ts';

/** Speech starts after the tones. */
const SPEECH_AFTER_MS = 350;

/** Returns the function that stops it. */
export function announcePaid(app: App, speech: SpeechSynthesis | null): () => void {
  let known: ReadonlySet<string> | null = null;
  return effect(() => {
    const { paidUnseen, phase } = app.wallet.snapshot.value;
    if (phase !== 'ready') return;
    const fresh = known === null ? [] : paidUnseen.filter((sale) => !known?.has(sale.id));
    known = new Set(paidUnseen.map((sale) => sale.id));
    const newest = fresh.at(-1);
    if (newest) announce(newest, app, speech);
  });
}

function announce(sale: SaleView, app: App, speech: SpeechSynthesis | null): void {
  vibrate();
  if (!app.settings.value.peek().sound) return;
  playTone('settled');
  if (speech) setTimeout(() => speak(spokenAmount(sale, app), app.language.locale.peek(), speech), SPEECH_AFTER_MS);
}

export function spokenAmount(sale: Pick<SaleView, 'amountMinor' | 'ccy'>, app: Pick<App, 'language'>): string {
  const words = app.language.words.peek().till;
  if (sale.ccy === CNY) return words.speech(decimalText(sale.amountMinor, sale.ccy));
  return words.speechOther(formatMoney(sale.amountMinor, sale.ccy, app.language.locale.peek()));
}

function speak(text: string, lang: string, speech: SpeechSynthesis): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = lang;
  speech.speak(utterance);
}
