/** What the operator pays when the customer turns out to have spent the money twice: said before the goods are handed over. */
import { formatMoney } from '#i18n/formats.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';

export function GuaranteeLine() {
  const { till, identity } = useApp().wallet.snapshot.value;
  const words = useWords().take.guarantee;
  const locale = useLocale();
  if (till === null || identity === null) return null;
  const { rule, perPurseMinor } = till.guarantee;
  return <p class="guarantee small">{rule === 'capped' ? words.capped(formatMoney(perPurseMinor, identity.ccy, locale)) : words[rule]}</p>;
}
