/**
 * Tells the counter that money arrived: two tones, a short vibration, and the amount spoken, unless the merchant wants no sound. Settled
 * goes up, accepted stays level and says that it waits. Sound only repeats what the screen says; a result that was already there
 * when the page opened is not announced again, and what may not be handed over has no sound.
 */
import { effect } from '@preact/signals';
import { decimalText, formatMoney } from '#i18n/formats.ts';
import { CNY } from '#protocol/currency.ts';
import type { SaleView } from '#wallet/api-till.ts';
import type { App } from '../app-context.ts';
import { outcomeOf } from '../models/sale-outcome.ts';
import type { Settings } from '../models/settings.ts';
import { playTone, vibrate } from '../models/sound.ts';
import type { Tone } from '../models/sound.ts';
import { speakNext } from '../models/speech.ts';

/** Speech starts after the tones. */
const SPEECH_AFTER_MS = 350;

type News = { readonly sale: SaleView; readonly tone: Tone };

/** Returns the function that stops it. */
export function announceResults(app: App, speech: SpeechSynthesis | null): () => void {
  let known: ReadonlySet<string> | null = null;
  return effect(() => {
    const { paidUnseen, phase } = app.wallet.snapshot.value;
    if (phase !== 'ready') return;
    const news = paidUnseen.flatMap((sale) => newsOf(sale));
    const fresh = known === null ? [] : news.filter((one) => !known?.has(keyOf(one)));
    known = new Set([...(known ?? []), ...news.map(keyOf)]);
    const newest = fresh.at(-1);
    if (newest) announce(newest, app, speech);
  });
}

/** A till rings until somebody switched that off: its customers are told that it does. */
export function sounds({ sound }: Settings): boolean {
  return sound ?? true;
}

/** The same sale is news again when what was accepted has settled. */
function keyOf({ sale, tone }: News): string {
  return `${sale.id} ${tone}`;
}

function newsOf(sale: SaleView): readonly News[] {
  const outcome = outcomeOf(sale);
  if (outcome === 'accepted') return [{ sale, tone: 'accepted' }];
  return outcome === 'paid' || outcome === 'guaranteed' ? [{ sale, tone: 'settled' }] : [];
}

function announce({ sale, tone }: News, app: App, speech: SpeechSynthesis | null): void {
  vibrate();
  if (!sounds(app.settings.value.peek())) return;
  playTone(tone);
  if (speech) setTimeout(() => speakNext(spokenResult(sale, tone, app), app.language.locale.peek(), speech), SPEECH_AFTER_MS);
}

export function spokenResult(sale: Pick<SaleView, 'amountMinor' | 'ccy'>, tone: Tone, app: Pick<App, 'language'>): string {
  const { till, take } = app.language.words.peek();
  const words = tone === 'settled' ? till : take;
  if (sale.ccy === CNY) return words.speech(decimalText(sale.amountMinor, sale.ccy));
  return words.speechOther(formatMoney(sale.amountMinor, sale.ccy, app.language.locale.peek()));
}
