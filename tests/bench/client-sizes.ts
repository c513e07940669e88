/** What the first route loads, by who loads it: the page itself, or its worker. Gzip at level 9, as a careful server sends it. */
import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';

export type FirstRouteSizes = { readonly pageJs: number; readonly workerJs: number; readonly css: number; readonly files: number };

const gzipBytes = (body: Buffer): number => gzipSync(body, { level: 9 }).length;

/** Adds up every script and style sheet that arrives while `open` brings the page to its first route. Needs a fresh profile. */
export async function firstRouteSizes(page: Page, open: () => Promise<unknown>): Promise<FirstRouteSizes> {
  const seen: Response[] = [];
  page.on('response', (response) => {
    if (response.request().serviceWorker() === null) seen.push(response);
  });
  await open();
  const assets = new Map(seen.filter((response) => response.ok()).map((response) => [new URL(response.url()).pathname, response]));
  const total = async (wanted: (path: string) => boolean): Promise<number> => {
    const bodies = await Promise.all([...assets].filter(([path]) => wanted(path)).map(([, response]) => response.body()));
    return bodies.reduce((bytes, body) => bytes + gzipBytes(body), 0);
  };
  return {
    pageJs: await total((path) => path.endsWith('.js') && !path.includes('.worker-')),
    workerJs: await total((path) => path.includes('.worker-')),
    css: await total((path) => path.endsWith('.css')),
    files: assets.size,
  };
}
