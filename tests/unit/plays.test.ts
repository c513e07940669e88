/** What a desk may have a hand do on a phone, the sums that plays are about, and how they are told from the server's books. */
import { describe, expect, test } from 'vitest';
import { enPlays } from '#i18n/en/plays.ts';
import { zhPlays } from '#i18n/zh/plays.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { readFromDesk } from '#ui/lab/desk-messages.ts';
import { PACES, readPlayed, type Act } from '#ui/lab/plays/act.ts';
import { settledOnce } from '#ui/lab/plays/moves.ts';
import type { Facts, Stage } from '#ui/lab/plays/script.ts';
import { SCRIPTS } from '#ui/lab/plays/scripts.ts';

const played = (act: unknown, patienceMs: unknown = 1_000): unknown => ({ act, pace: PACES.quick, patienceMs });

describe('what a hand may be told', () => {
  test('is to press, follow, type digits and look', () => {
    const acts: Act[] = [{ act: 'press', role: 'button', name: '收款' }, { act: 'follow', path: '/purse/load' }, { act: 'keys', text: '12.80' }, { act: 'see', text: '已到账' }];
    for (const act of acts) expect(readPlayed(played(act))?.act).toMatchObject(act);
  });

  test('is nothing else', () => {
    const bad = [null, 7, {}, { act: 'press', role: 'menu', name: 'x' }, { act: 'press', role: 'button', name: '' }, { act: 'keys', text: '1e3' }, { act: 'follow', path: 'https://evil.example' }, { act: 'follow', path: '//evil.example/' + 'x'.repeat(300) }, { act: 'see', text: 'x'.repeat(201) }, { act: 'eval', text: 'x' }];
    for (const act of bad) expect(readPlayed(played(act)), JSON.stringify(act)).toBeNull();
    for (const patienceMs of [-1, 1e9, '5', Number.NaN]) expect(readPlayed(played({ act: 'see', text: 'x' }, patienceMs))).toBeNull();
    expect(readFromDesk({ chit: 'desk', kind: 'task', id: 1, task: { do: 'play', played: played({ act: 'keys', text: 'rm' }) } })).toBeNull();
  });

  test('a path stays in the app', () => {
    expect(readPlayed(played({ act: 'follow', path: '//evil' }))).toBeNull();
  });
});

describe('a play', () => {
  const scripts = Object.values(SCRIPTS);

  test('has words in both languages for what it is, each of its steps, and its end', () => {
    for (const words of [zhPlays, enPlays]) {
      for (const { name, steps } of scripts) {
        expect(words.names[name], name).toMatch(/\S/);
        expect(words.outcome[name], name).toMatch(/\S/);
        expect(new Set(steps.map((step) => step.name)).size, name).toBe(steps.length);
      }
    }
  });

  test('never wants more than its purse holds or one payment may be', () => {
    for (const { name, amountMinor, purseMinor } of scripts.filter((script) => script.purseMinor > 0)) {
      for (const heldMinor of [Math.ceil(purseMinor / 3), purseMinor, 25_000]) {
        expect(amountMinor(heldMinor, 10_000), name).toBeLessThanOrEqual(Math.min(heldMinor, 10_000));
      }
    }
  });

  test('of a double spend wants more in two payments than there is', () => {
    const { amountMinor, purseMinor } = SCRIPTS['double-spend'];
    for (const heldMinor of [Math.ceil(purseMinor / 3), purseMinor, 9_000]) expect(2 * amountMinor(heldMinor, 10_000)).toBeGreaterThan(heldMinor);
  });
});

describe('how it ended', () => {
  const facts: Facts = { amountMinor: 1_280, loadMinor: null, ccy: 156, sinceMs: 100 };
  const row = (atMs: number, amountMinor = 1_280) => ({ ref: `payment:${atMs}`, debit: 'user:1', credit: 'mer:1', amountMinor, atMs });
  const told = (postings: DemoLedgerReply['postings'], sumMinor = 0) => {
    const books = { postings, sumMinor, balances: [{ account: 'mer:1', name: '街角面馆', balanceMinor: 1 }] } as unknown as DemoLedgerReply;
    return settledOnce({ plays: zhPlays, money: (minor: number) => String(minor), books: async () => books } as unknown as Stage, facts);
  };

  test('is good when the sum arrived once since it began, and everything is zero', async () => {
    expect(await told([row(150), row(50), row(160, 7)])).toMatchObject({ good: true, lines: [expect.stringContaining('街角面馆'), zhPlays.balanced] });
  });

  test('is not when it did not arrive, arrived twice, or the books are out', async () => {
    for (const ended of [await told([]), await told([row(50)]), await told([row(150), row(151)]), await told([row(150)], 1)]) expect(ended).toEqual({ good: false, lines: [] });
  });
});
