/** The list of numbered cases holds: no case without a line, and every test that a line names has the case's number in a title. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TESTS = fileURLToPath(new URL('../', import.meta.url));
const LAST = 81;

type Line = { readonly number: number; readonly files: readonly string[] };

const lines: readonly Line[] = readFileSync(`${TESTS}cases.md`, 'utf8').split('\n').flatMap((line) => {
  const [, number, , last = ''] = /^\| (\d+) \| (.*) \| (.*) \|$/.exec(line) ?? [];
  if (number === undefined) return [];
  const files = last.startsWith('not ') ? [] : last.split(', ');
  return [{ number: Number(number), files }];
});

/** Numbers in titles: 'case 20: …', 'case 1, 2: …', 'cases 4 and 5 …', '[51, 53] …'. */
function numbersIn(file: string): ReadonlySet<number> {
  const text = readFileSync(TESTS + file, 'utf8');
  const lists = text.matchAll(/['"`](?:[^'"`\n]*\bcases? ((?:\d+(?:, | and )?)+)|\[((?:\d+(?:, )?)+)\] )/g);
  return new Set([...lists].flatMap(([, said, bracketed]) => (said ?? bracketed ?? '').match(/\d+/g) ?? []).map(Number));
}

test('every case has one line, in order', () => {
  expect(lines.map((line) => line.number)).toEqual(Array.from({ length: LAST }, (_, index) => index + 1));
});

test.each(lines.flatMap(({ number, files }) => files.map((file) => [number, file] as const)))('case %i is in %s', (number, file) => {
  expect(numbersIn(file)).toContain(number);
});
