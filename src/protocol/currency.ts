/** ISO 4217, only what Chit handles: numeric code on the wire, exponent for people. */
export type Currency = { readonly numeric: number; readonly code: string; readonly decimals: number };

const CURRENCIES: readonly Currency[] = [
  { numeric: 156, code: 'CNY', decimals: 2 },
  { numeric: 978, code: 'EUR', decimals: 2 },
  { numeric: 840, code: 'USD', decimals: 2 },
  { numeric: 344, code: 'HKD', decimals: 2 },
  { numeric: 392, code: 'JPY', decimals: 0 },
];

export const CNY = 156;

export function currencyByNumeric(numeric: number): Currency | null {
  return CURRENCIES.find((currency) => currency.numeric === numeric) ?? null;
}
