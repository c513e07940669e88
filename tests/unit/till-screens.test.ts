/** What the till's screens decide by themselves: which words, which list, what is kept over a reload, what is said aloud. */
import { signal } from '@preact/signals';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { err, ok } from '#base/result.ts';
import { enCatalogue } from '#i18n/en/catalogue.ts';
import { zhCatalogue } from '#i18n/zh/catalogue.ts';
import { CODE_ERRORS, VOUCHER_REASONS } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { App } from '#ui/app-context.ts';
import { announceResults, spokenResult } from '#ui/merchant/announce.ts';
import { guaranteeWords } from '#ui/merchant/guarantee-words.ts';
import { tillArticle, tillWords } from '#ui/merchant/take-words.ts';
import { findPending } from '#ui/merchant/use-pending-sales.ts';
import { readUntaken } from '#ui/merchant/use-take.ts';
import { speakNext } from '#ui/models/speech.ts';
import type { RecordCursor, Snapshot } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { claim, tillOffline } from '../fixtures/fake-till.ts';
import { merchant, NOW_MS, sale, snapshot } from '../fixtures/fake-wallet.ts';

const CATALOGUES = { zh: zhCatalogue, en: enCatalogue } as const;

function taken(state: 'asking' | 'accepted', over: Partial<SaleView> = {}): SaleView {
  return sale({ state: 'taken', paymentId: null, claim: claim(NOW_MS, { state }), ...over });
}

describe.each(['zh', 'en'] as const)('words for a code at the till, in %s', (language) => {
  const words = CATALOGUES[language];

  test('nobody at the counter is told that he has not paid, nor to scan the shop’s code', () => {
    for (const code of [...CODE_ERRORS, ...VOUCHER_REASONS]) {
      if (code === 'E_INVOICE_EXPIRED') continue;
      const { title, whatNow } = tillWords(words, { error: code });
      expect(`${title} ${whatNow}`, code).not.toMatch(/你没有付款|请商家|付款请扫商家|在记录里提出申诉|[Yy]ou have not paid|[Aa]sk the shop|[Aa]ppeal in/);
    }
  });

  test('a foreign code keeps the name of what it is', () => {
    const said = tillWords(words, { error: 'E_PREFIX', detail: { found: 'wechat' } });
    expect(said.title).toBe(words.found['wechat']?.title);
    expect(said.whatNow).toBe(words.take.errors.E_PREFIX.whatNow);
  });
});

test('a code that is refused at the till is explained to a shop', () => {
  for (const code of [...CODE_ERRORS, ...VOUCHER_REASONS]) expect(tillArticle(code), code).toMatch(/^merchant-/);
  expect(tillArticle('STORAGE_FULL')).toBe('storage-cleared');
});

describe('what is kept over a reload', () => {
  test('a refusal and a code taken before', () => {
    const refused = { kind: 'refused', problem: { error: 'E_AMOUNT' }, text: 'OP1V:X' } as const;
    expect(readUntaken(JSON.parse(JSON.stringify(refused)))).toEqual(refused);
    expect(readUntaken({ kind: 'again', saleId: 'a', atMs: 1 })).toEqual({ kind: 'again', saleId: 'a', atMs: 1 });
  });

  test.each([null, 7, 'refused', {}, { kind: 'refused', text: 'x' }, { kind: 'refused', problem: { error: 'NO_SUCH_CODE' }, text: 'x' }, { kind: 'again', saleId: 1, atMs: 1 }])('not what another version kept: %j', (kept) => {
    expect(readUntaken(kept)).toBeNull();
  });
});

describe('what waits is found', () => {
  const page = (from: number, waits: readonly number[]): SaleView[] =>
    Array.from({ length: LIMITS.recordsPage }, (_, index) => {
      const at = from - index;
      return waits.includes(at) ? taken('accepted', { id: `s${at}`, atMs: at }) : sale({ id: `s${at}`, atMs: at });
    });

  test('on further pages, until all that the wallet counts are there', async () => {
    const asked: (RecordCursor | null)[] = [];
    const pages = [page(949, [930]), page(899, [850]), page(849, [])];
    const api = { records: (before: RecordCursor | null) => (asked.push(before), Promise.resolve(ok(pages[asked.length - 1] ?? []))) };
    const till = tillOffline({ unsynced: { count: 3, amountMinor: 0 } });
    const { sales: found } = await findPending(api, { recent: page(999, [990]), till });
    expect(found.map((one) => one.id)).toEqual(['s850', 's930', 's990']);
    expect(asked).toEqual([{ atMs: 950, id: 's950' }, { atMs: 900, id: 's900' }]);
  });

  test('and nothing is asked when the first page has them', async () => {
    const api = { records: () => Promise.reject(new Error('asked')) };
    const { sales: found } = await findPending(api, { recent: page(999, [990, 991]), till: tillOffline({ unsynced: { count: 2, amountMinor: 0 } }) });
    expect(found).toHaveLength(2);
  });

  test('a page that cannot be read is told, beside what was found', async () => {
    const api = { records: () => Promise.resolve(err('STORAGE_BROKEN')) };
    const { sales, problem } = await findPending(api, { recent: page(999, [990]), till: tillOffline({ unsynced: { count: 2, amountMinor: 0 } }) });
    expect([sales.map((one) => one.id), problem?.error]).toEqual([['s990'], 'STORAGE_BROKEN']);
  });
});

class Utterance {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

describe('what is said aloud', () => {
  const shown = signal<Snapshot>(snapshot({ identity: merchant }));
  const spoken: string[] = [];
  const sound = signal<{ readonly sound: boolean | null }>({ sound: true });
  const speech = { speak: (utterance: { readonly text: string }) => spoken.push(utterance.text) } as unknown as SpeechSynthesis;
  const app = {
    wallet: { snapshot: shown },
    settings: { value: sound },
    language: { words: signal(zhCatalogue), locale: signal('zh-CN') },
  } as unknown as App;
  const say = (paidUnseen: readonly SaleView[]): string[] => {
    spoken.length = 0;
    shown.value = snapshot({ identity: merchant, paidUnseen });
    vi.runAllTimers();
    return [...spoken];
  };
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('accepted is not said as paid, and the same sale is news again when it settles', () => {
    vi.useFakeTimers();
    vi.stubGlobal('SpeechSynthesisUtterance', Utterance);
    const before = taken('accepted', { id: 'before' });
    shown.value = snapshot({ identity: merchant, paidUnseen: [before] });
    const stop = announceResults(app, speech);
    expect(say([before])).toEqual([]);
    expect(say([before, taken('asking', { id: 'b' })])).toEqual([]);
    expect(say([before, taken('accepted', { id: 'b' })])).toEqual(['已收下 18.50 元，待结算']);
    expect(say([before, sale({ id: 'b' })])).toEqual(['到账 18.50 元']);
    expect(say([before, sale({ id: 'b' })])).toEqual([]);
    expect(say([sale({ id: 'b' })])).toEqual([]);
    stop();
  });

  test.each([[null, 1], [true, 1], [false, 0]] as const)('unless somebody chose otherwise: sound %s, %i said', (chosen, count) => {
    vi.useFakeTimers();
    vi.stubGlobal('SpeechSynthesisUtterance', Utterance);
    sound.value = { sound: chosen };
    shown.value = snapshot({ identity: merchant });
    const stop = announceResults(app, speech);
    expect(say([sale({ id: 'b' })])).toHaveLength(count);
    stop();
  });

  test('in the voice of its language', () => {
    vi.stubGlobal('SpeechSynthesisUtterance', Utterance);
    const voices: string[] = [];
    const voice = { speak: ({ lang }: { readonly lang: string }) => voices.push(lang) } as unknown as SpeechSynthesis;
    for (const locale of ['zh-CN', 'en'] as const) speakNext('18.50', locale, voice);
    expect(voices).toEqual(['zh-CN', 'en-GB']);
  });

  test('other money is named', () => {
    const yen = { amountMinor: 500, ccy: 392 };
    expect(spokenResult(yen, 'accepted', app)).toMatch(/^已收下 .*500.*，待结算$/);
    expect(spokenResult(yen, 'settled', app)).toMatch(/^到账 .*500/);
  });
});

test('a guarantee that has limits says both: of one customer’s purse, and of the shop in 30 days', () => {
  const capped = { rule: 'capped', perPurseMinor: 20_000 } as const;
  for (const words of [zhCatalogue.take.guarantee, zhCatalogue.pending.guarantee]) {
    expect(guaranteeWords(words, capped, 156, 'zh-CN')).toMatch(/¥200\.00.*30 天.*¥2,000\.00/);
    expect(guaranteeWords(words, { rule: 'none', perPurseMinor: 0 }, 156, 'zh-CN')).toBe(words.none);
  }
});
