/** A sum of money: tabular figures, the currency sign at 60 % so that the figure leads. */
import { moneyParts } from '#i18n/formats.ts';
import type { MoneySign } from '#i18n/formats.ts';
import { useLocale } from '../app-context.ts';
import './money.css';

export type MoneyProps = {
  readonly amountMinor: number;
  readonly ccy: number;
  readonly size?: 'inline' | 'large' | 'huge';
  readonly sign?: MoneySign;
};

export function Money({ amountMinor, ccy, size = 'inline', sign = 'auto' }: MoneyProps) {
  const locale = useLocale();
  return (
    <span class={`money money-${size}`}>
      {moneyParts(amountMinor, ccy, locale, sign).map((part) => (
        <span key={part.kind} class={`money-${part.kind}`}>
          {part.text}
        </span>
      ))}
    </span>
  );
}
