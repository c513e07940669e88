/** Every screen that the app draws can be opened by its address: the server gives the shell for it, and so does the service worker. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isScreen } from '#server/http/pages.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const app = textOf('src/ui/App.tsx');
const drawn = [...new Set([...app.matchAll(/ path="([^"]+)"/g)].map(([, path = '']) => path.replace(':id', '0123456789abcdef')))];
const [, listed = ''] = /^const SCREENS = \[(.*)\];$/m.exec(textOf('workers/service-worker.ts')) ?? [];
const kept = listed.split(', ').map((literal) => new RegExp(literal.slice(1, -1)));

test('there is something to look at', () => {
  expect(drawn).toEqual(expect.arrayContaining(['/', '/pay', '/records/payment/0123456789abcdef']));
  expect(kept.length).toBeGreaterThan(0);
});

test.each(drawn)('%s', (path) => {
  expect(isScreen(path, { mode: 'production' }), 'by the server').toBe(true);
  expect(kept.some((screen) => screen.test(path)), 'by the service worker').toBe(true);
});

test('a screen with several addresses is one, whose state lives on from one address to the next', () => {
  const keysOf = new Map<string, Set<string>>();
  for (const [, key = '', screen = ''] of app.matchAll(/<Route key="([^"]+)" path="[^"]+" component={(\w+)}/g)) {
    keysOf.set(screen, (keysOf.get(screen) ?? new Set()).add(key));
  }
  expect(keysOf.get('Till')).toEqual(new Set(['till']));
  expect([...keysOf].filter(([, keys]) => keys.size > 1)).toEqual([]);
});

test('arriving money is announced above the screens of a till, and nowhere twice', () => {
  expect([...app.matchAll(/<Announcements \/>/g)]).toHaveLength(1);
  const screens = readdirSync(new URL('../../src/ui/merchant/', import.meta.url)).filter((name) => name !== 'Announcements.tsx' && name !== 'announce.ts');
  for (const screen of screens) expect(textOf(`src/ui/merchant/${screen}`), screen).not.toContain('announceResults');
});
