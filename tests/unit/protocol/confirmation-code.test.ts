import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex, type Bytes } from '#base/bytes.ts';
import { confirmationCode, confirmationMessage, readConfirmationCode, truncate } from '#protocol/confirmation-code.ts';
import { bytesOf } from '../../fixtures/protocol-keys.ts';

const invoiceHash = bytesOf('313dd24be5c83f5e3931e58ba399d31c');
const confirmed = { invoiceHash, amountMinor: 1_850, ccy: 156 };
const key = bytesOf('42'.repeat(32));
const mac = async (message: Bytes) => new Uint8Array(createHmac('sha256', key).update(message).digest());

describe('the confirmation code', () => {
  it('is over this charge and amount and nothing else', () => {
    expect(toHex(confirmationMessage(confirmed))).toBe('4f50312d4343' + '313dd24be5c83f5e3931e58ba399d31c' + '0000073a' + '009c' + '01');
    expect(toHex(confirmationMessage({ ...confirmed, amountMinor: 999_999_999, ccy: 999 })).slice(-14)).toBe('3b9ac9ff' + '03e7' + '01');
    for (const changes of [{ amountMinor: 0 }, { amountMinor: 2 ** 32 }, { amountMinor: 1.5 }, { ccy: 0 }, { ccy: 65_536 }, { invoiceHash: new Uint8Array(15) }]) {
      expect(() => confirmationMessage({ ...confirmed, ...changes })).toThrow('assertion failed');
    }
  });
  it('is cut down as in RFC 4226', () => {
    // The example of RFC 4226 section 5.4, in a MAC of 32 bytes whose last one is the same.
    const example = bytesOf('1f8698690e02ca16618550ef7f19da8e945b555a'.padEnd(62, '0') + '5a');
    expect(truncate(example)).toBe(String(0x50ef7f19 % 10 ** 8).padStart(8, '0'));
    expect(truncate(bytesOf('00'.repeat(31) + '00'))).toBe('00000000');
    expect(truncate(bytesOf('ffffffff' + '00'.repeat(28)))).toBe(String(0x7fffffff % 10 ** 8));
    expect(truncate(bytesOf('00'.repeat(15) + '00000007' + '00'.repeat(12) + '0f'))).toBe('00000007');
    expect(() => truncate(new Uint8Array(20))).toThrow('assertion failed');
  });
  it('is shown four and four, and kept', async () => {
    expect(await confirmationCode(confirmed, mac)).toMatchInlineSnapshot(`"1124 1786"`);
    expect(await confirmationCode({ ...confirmed, amountMinor: 1_851 }, mac)).not.toBe(await confirmationCode(confirmed, mac));
  });
  it.each([
    ['12345678', '1234 5678'],
    ['1234 5678', '1234 5678'],
    [' 1 2 3 4 5 6 7 8 ', '1234 5678'],
    ['１２３４　５６７８', '1234 5678'],
    ['1234567', null],
    ['123456789', null],
    ['1234-5678', null],
    ['¹²³⁴⁵⁶⁷⁸', null],
    ['', null],
    [`12345678${' '.repeat(40)}`, null],
  ])('typed as %j', (typed, code) => {
    expect(readConfirmationCode(typed)).toBe(code);
  });
});
