/** What the operator pays when the customer turns out to have spent the money twice: said before the goods are handed over. */
import { useApp, useLocale, useWords } from '../app-context.ts';
import { guaranteeWords } from './guarantee-words.ts';

export function GuaranteeLine() {
  const { till, identity } = useApp().wallet.snapshot.value;
  const words = useWords().take.guarantee;
  const locale = useLocale();
  if (till === null || identity === null) return null;
  return <p class="guarantee small">{guaranteeWords(words, till.guarantee, identity.ccy, locale)}</p>;
}
