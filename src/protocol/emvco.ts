/**
 * The text of an EMVCo merchant-presented code (QRCPS MPM 1.1; protocol.md section 12): the operator's option for a shop that
 * takes part in such a scheme. Carries a name that nobody signed: whoever shows it must look the merchant id up first.
 */
import { assert } from '#base/assert.ts';
import { fromHex, toHex, utf8, type Bytes } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import { crc16 } from './crc16.ts';
import { currencyByNumeric } from './currency.ts';
import { formatMinor, isPayableMinor, parseAmount } from './money.ts';
import { MERCHANT_ID_BYTES } from './sizes.ts';

/** Names our template among the schemes' own: a UUID without hyphens, one of the forms that the standard allows. */
export const EMVCO_GUID = '9c1f7a52d0e84b6f8a3b5e2c7d41f068';
/** The standard's bound on the whole text. */
const TEXT_CHARS = 512;
const TEMPLATE = '26';
const NAME = /^[\x20-\x7e]{1,25}$/u;
const CITY = /^[\x20-\x7e]{1,15}$/u;
const LABEL = /^[\x20-\x7e]{1,25}$/u;
const TERMINAL = /^(?:0|[1-9][0-9]{0,15})$/u;

export type EmvcoCode = {
  /** Null: the code is another scheme's. */
  readonly merchantId: Bytes | null;
  /** ASCII, at most 25 characters. */
  readonly name: string;
  readonly city: string;
  readonly country: string;
  /** Merchant category, four digits. */
  readonly category: string;
  readonly ccy: number;
  /** Null: a sticker, the payer types it. */
  readonly amountMinor: number | null;
  readonly reference: string | null;
  readonly terminal: number | null;
};
type Fields = ReadonlyMap<string, string>;

export function encodeEmvco(code: EmvcoCode & { readonly merchantId: Bytes }): string {
  const currency = currencyByNumeric(code.ccy);
  assert(currency !== null && code.merchantId.length === MERCHANT_ID_BYTES, 'a known currency and a merchant id');
  assert(NAME.test(code.name) && CITY.test(code.city) && /^[A-Z]{2}$/u.test(code.country), 'name, city and country fit');
  assert(/^[0-9]{4}$/u.test(code.category) && (code.reference === null || LABEL.test(code.reference)), 'category and reference fit');
  assert(code.amountMinor === null || isPayableMinor(code.amountMinor), 'the amount can be paid');
  const extra = field('05', code.reference) + field('07', code.terminal === null ? null : String(code.terminal));
  const text = [
    field('00', '01'),
    field('01', code.amountMinor === null ? '11' : '12'),
    field(TEMPLATE, field('00', EMVCO_GUID) + field('01', toHex(code.merchantId))),
    field('52', code.category),
    field('53', String(code.ccy).padStart(3, '0')),
    field('54', code.amountMinor === null ? null : formatMinor(code.amountMinor, currency.decimals)),
    field('58', code.country),
    field('59', code.name),
    field('60', code.city),
    field('62', extra === '' ? null : extra),
    '6304',
  ].join('');
  return text + checksum(text);
}

/** BROKEN: it starts like such a code, but is not whole. CURRENCY, AMOUNT: whole, but nothing that Chit handles. */
export function parseEmvco(text: string): Result<EmvcoCode, 'BROKEN' | 'CURRENCY' | 'AMOUNT'> {
  const fields = text.length <= TEXT_CHARS ? readFields(text) : null;
  if (fields === null || !text.startsWith('000201') || !hasChecksum(text, fields)) return err('BROKEN');
  const name = fields.get('59');
  const city = fields.get('60');
  const country = fields.get('58');
  const category = fields.get('52');
  if (name === undefined || city === undefined || country === undefined || category === undefined) return err('BROKEN');
  const merchantId = readOwnTemplate(fields.get(TEMPLATE));
  const extra = readExtra(fields.get('62'));
  if (merchantId === 'broken' || extra === null) return err('BROKEN');
  const money = readMoney(fields);
  return money.ok ? ok({ merchantId, name, city, country, category, ...money.value, ...extra }) : money;
}

function field(id: string, value: string | null): string {
  if (value === null) return '';
  const length = Array.from(value).length;
  assert(length >= 1 && length <= 99, 'a field holds 1 to 99 characters');
  return id + String(length).padStart(2, '0') + value;
}

/** Null unless the text is exactly a row of fields, each id once. Lengths count characters, not bytes. */
function readFields(text: string): Fields | null {
  const characters = Array.from(text);
  const fields = new Map<string, string>();
  for (let at = 0; at < characters.length; ) {
    const head = characters.slice(at, at + 4).join('');
    const length = Number.parseInt(head.slice(2), 10);
    const value = characters.slice(at + 4, at + 4 + length);
    if (!/^[0-9]{4}$/u.test(head) || length === 0 || value.length !== length || fields.has(head.slice(0, 2))) return null;
    fields.set(head.slice(0, 2), value.join(''));
    at += 4 + length;
  }
  return fields;
}

/** The checksum is the last field, over everything before its value. */
function hasChecksum(text: string, fields: Fields): boolean {
  return [...fields.keys()].at(-1) === '63' && fields.get('63') === checksum(text.slice(0, -4));
}

function checksum(text: string): string {
  return crc16(utf8(text)).toString(16).toUpperCase().padStart(4, '0');
}

function readOwnTemplate(value: string | undefined): Bytes | null | 'broken' {
  const template = value === undefined ? null : readFields(value);
  if (template === null || template.get('00') !== EMVCO_GUID) return null;
  const id = fromHex(template.get('01') ?? '');
  return id?.length === MERCHANT_ID_BYTES && template.size === 2 ? id : 'broken';
}

function readExtra(value: string | undefined): Pick<EmvcoCode, 'reference' | 'terminal'> | null {
  if (value === undefined) return { reference: null, terminal: null };
  const extra = readFields(value);
  if (extra === null) return null;
  const terminal = extra.get('07');
  const number = terminal !== undefined && TERMINAL.test(terminal) ? Number.parseInt(terminal, 10) : null;
  return { reference: extra.get('05') ?? null, terminal: number !== null && Number.isSafeInteger(number) ? number : null };
}

function readMoney(fields: Fields): Result<Pick<EmvcoCode, 'ccy' | 'amountMinor'>, 'CURRENCY' | 'AMOUNT'> {
  const numeric = fields.get('53') ?? '';
  const currency = /^[0-9]{3}$/u.test(numeric) ? currencyByNumeric(Number.parseInt(numeric, 10)) : null;
  if (currency === null) return err('CURRENCY');
  const text = fields.get('54');
  if (text === undefined) return ok({ ccy: currency.numeric, amountMinor: null });
  const amount = /^[0-9.]+$/u.test(text) ? parseAmount(text, currency.decimals) : err('AMOUNT');
  return amount.ok ? ok({ ccy: currency.numeric, amountMinor: amount.value }) : err('AMOUNT');
}
