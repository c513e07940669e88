/** Every code has words in both languages, with and without its detail, and none of them blames, shouts or leaks a placeholder. */
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '#protocol/errors.ts';
import { enErrors, enFound } from '#i18n/en/errors.ts';
import { enFormats } from '#i18n/en/formats.ts';
import { enHelp } from '#i18n/en/help.ts';
import { errorWords } from '#i18n/error-words.ts';
import { chooseLocale } from '#i18n/translate.ts';
import { zhErrors, zhFound } from '#i18n/zh/errors.ts';
import { zhFormats } from '#i18n/zh/formats.ts';
import { zhHelp } from '#i18n/zh/help.ts';

const CATALOGUES = { zh: { errors: zhErrors, found: zhFound }, en: { errors: enErrors, found: enFound } } as const;
const FOUND = ['url', 'wifi', 'vcard', 'alipay', 'wechat', 'emvco', 'javascript', 'intent', 'text', 'invoice', 'voucher', 'receipt', 'ack', 'note', 'purse', 'merchant'];
const DETAILS = [undefined, { triesLeft: 0 }, { triesLeft: 1 }, { triesLeft: 4 }, { retryAfterMs: 61_000 }, { requestId: 'r1' }, { found: 'unheard-of' }];

describe.each(['zh', 'en'] as const)('errors in %s', (language) => {
  test('case 48: no code lacks words, whatever its detail', () => {
    expect(Object.keys(CATALOGUES[language].errors).sort()).toEqual([...ERROR_CODES].sort());
    for (const code of ERROR_CODES) {
      for (const detail of DETAILS) {
        const said = errorWords(CATALOGUES[language], code, detail);
        for (const text of [said.title, said.whatNow]) expect(text, code).toMatch(/^(?!.*(undefined|NaN|null)).{3,}$/u);
        expect(said.whatNow, code).toMatch(/[。.]$/u);
      }
    }
  });

  test('what was found has words under both of its codes', () => {
    expect(Object.keys(CATALOGUES[language].found).sort()).toEqual([...FOUND].sort());
    for (const found of FOUND) {
      expect(errorWords(CATALOGUES[language], 'E_PREFIX', { found })).toEqual(CATALOGUES[language].found[found]);
      expect(errorWords(CATALOGUES[language], 'E_WRONG_CODE', { found })).toEqual(CATALOGUES[language].found[found]);
    }
  });

  test('an unknown code gets general words, even one that names a built-in', () => {
    for (const code of ['', 'FROM_THE_FUTURE', 'constructor', '__proto__']) {
      expect(errorWords(CATALOGUES[language], code).title).toBe(errorWords(CATALOGUES[language], 'INTERNAL').title);
    }
    expect(errorWords(CATALOGUES[language], 'E_PREFIX', { found: 'toString' }).title).toBe(CATALOGUES[language].errors.E_PREFIX.title);
  });
});

test('the details are told', () => {
  expect(errorWords(CATALOGUES.zh, 'PIN_WRONG', { triesLeft: 3 }).whatNow).toContain('3 次');
  expect(errorWords(CATALOGUES.en, 'PIN_WRONG', { triesLeft: 1 }).whatNow).toContain('1 more try.');
  // The server's last miss is told as a lock: none left is said by a phone without a network, and means what PIN_NOT_HERE says after it.
  for (const code of ['PIN_WRONG', 'PIN_NOT_HERE']) {
    expect(errorWords(CATALOGUES.zh, code, { triesLeft: 0 }).whatNow).toMatch(/请先联网用.*付一次/);
    expect(errorWords(CATALOGUES.en, code, { triesLeft: 0 }).whatNow).toMatch(/[Pp]ay once online with your PIN/);
  }
  expect(errorWords(CATALOGUES.zh, 'PIN_LOCKED', { retryAfterMs: 60_000 }).whatNow).toContain('60秒');
  expect(errorWords(CATALOGUES.en, 'RATE_LIMITED', { retryAfterMs: 90_000 }).whatNow).toContain('2 minutes');
  expect(errorWords(CATALOGUES.en, 'INTERNAL', { requestId: 'abc' }).whatNow).toContain('abc');
});

test('nobody is blamed, and no jargon gets out', () => {
  const all = (language: 'zh' | 'en'): string => ERROR_CODES.map((code) => Object.values(errorWords(CATALOGUES[language], code)).join(' ')).join('\n');
  expect(all('zh')).not.toMatch(/授权|凭证|非法|无效|您|错误代码|invoice|payload|HTTP/u);
  expect(all('en')).not.toMatch(/\binvalid\b|illegal|payload|HTTP|token|invoice|your fault|oops/iu);
});

test('an unknown outcome never says that money is lost or that nothing happened', () => {
  for (const code of ['INTERNAL', 'UNAVAILABLE', 'WORKER_LOST'] as const) {
    expect(errorWords(CATALOGUES.zh, code).whatNow).toContain('只会扣一次');
    expect(errorWords(CATALOGUES.en, code).whatNow).toContain('only once');
    expect(errorWords(CATALOGUES.en, code).whatNow).not.toMatch(/not been charged|no money moved|lost/iu);
    expect(errorWords(CATALOGUES.zh, code).whatNow).not.toMatch(/钱没有动|没有付款/u);
  }
});

test('catalogues have the same keys, and functions stay functions', () => {
  for (const [zh, en] of [[zhHelp, enHelp], [zhFormats, enFormats]] as const) {
    const shape = (catalogue: object) => Object.entries(catalogue).map(([key, value]) => `${key}:${typeof value}`).sort();
    expect(shape(en)).toEqual(shape(zh));
  }
});

test('the first language that we speak is taken', () => {
  expect(chooseLocale(['fr-FR', 'en-GB', 'zh-CN'])).toBe('en');
  expect(chooseLocale(['zh-Hant-TW'])).toBe('zh-CN');
  expect(chooseLocale(['fr'])).toBe('zh-CN');
  expect(chooseLocale([])).toBe('zh-CN');
});
