/** The built app as a browser gets it: which file, with which policy, kept for how long. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '#server/http/app.ts';
import { mountPages } from '#server/http/pages.ts';
import type { Site } from '#server/http/site.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';

const DEMO: Site = { mode: 'demo', scheme: 'http', hostnames: [] };
const PRODUCTION: Site = { mode: 'production', scheme: 'https', hostnames: ['pay.example'] };
const PHONE = 'shopper.chit.localhost:8080';
const DESK = 'desk.chit.localhost:8080';
const SCRIPT = 'console.log("a script that is worth compressing");\n'.repeat(60);
let folder: string;
let demo: TestServer;
let production: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chit-pages-'));
  mkdirSync(join(folder, 'assets'));
  mkdirSync(join(folder, '.git'));
  const files = { 'index.html': '<!doctype html><title>shell</title>', 'service-worker.js': SCRIPT, 'retired-service-worker.js': 'goes', 'manifest.webmanifest': '{}', 'assets/main-abc123.js': SCRIPT, 'assets/decoder.worker-Xy_1-z.js': SCRIPT, 'assets/zip-1.js': SCRIPT, 'assets/zip-1.js.br': 'brotli', '.git/config': 'secret' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, '..', 'chit-pages-outside.txt'), 'outside');
  const open = (site: Site): Promise<TestServer> => openTestServer({ site, pages: (app) => mountPages(app, { site, folder }) });
  demo = await open(DEMO);
  production = await open(PRODUCTION);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(folder, '..', 'chit-pages-outside.txt'));
});

async function get(path: string, options: { host?: string; server?: TestServer; headers?: Record<string, string> } = {}): Promise<Response> {
  const server = options.server ?? demo;
  const host = options.host ?? (server === production ? 'pay.example' : PHONE);
  return createApp(server.options).fetch(new Request(`${server.options.site.scheme}://${host}${path}`, { headers: { host, ...options.headers } }));
}

function policy(response: Response): Map<string, string> {
  const directives = (response.headers.get('content-security-policy') ?? '').split('; ');
  return new Map(directives.map((each) => [each.split(' ')[0] ?? '', each.split(' ').slice(1).join(' ')]));
}

describe('files', () => {
  it.each([
    ['/', 'no-cache'],
    ['/service-worker.js', 'no-cache'],
    ['/manifest.webmanifest', 'no-cache'],
    ['/assets/main-abc123.js', 'public, max-age=31536000, immutable'],
  ])('%s is kept: %s', async (path, kept) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe(kept);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('carry a tag, and are not sent again to who has them', async () => {
    const tag = (await get('/service-worker.js')).headers.get('etag');
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    const again = await get('/service-worker.js', { headers: { 'if-none-match': String(tag) } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it('are compressed where that pays, and taken precompressed where they lie so', async () => {
    const zipped = await get('/assets/main-abc123.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    const bytes = new Uint8Array(await zipped.arrayBuffer());
    expect(bytes.length).toBeLessThan(SCRIPT.length / 4);
    const brotli = await get('/assets/zip-1.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(await brotli.text()).toBe('brotli');
    expect(await (await get('/assets/zip-1.js')).text()).toBe(SCRIPT);
  });

  it.each(['/.git/config', '/..%2fchit-pages-outside.txt', '/%2e%2e/chit-pages-outside.txt', '/assets/..%5c..%5cchit-pages-outside.txt', '/assets/missing-1.js', '/favicon.png', '/assets'])('%s is not there', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/outside|secret|shell/);
  });
});

describe('the service worker', () => {
  it('gives way to the one that retires it when the operator says so', async () => {
    const retired = await openTestServer({ site: DEMO, pages: (app) => mountPages(app, { site: DEMO, folder, retired: true }) });
    const response = await get('/service-worker.js', { server: retired });
    expect([response.status, response.headers.get('cache-control'), await response.text()]).toEqual([200, 'no-cache', 'goes']);
    expect(await (await get('/service-worker.js')).text()).toBe(SCRIPT);
  });
});

describe('screens', () => {
  it.each(['/', '/scan', '/me', '/records', '/records/payment/0123456789abcdef', '/purse', '/purse/load', '/purse/load?shop=0011223344556677', '/pay', '/i', '/m', '/till', '/till/scan', '/till/digits', '/sales', '/sales?only=lost', '/pending', '/pending/export', '/pending/import', '/records/sale/0123456789abcdef/refund', '/help', '/help/what-is-chit', '/desk', '/lab'])('%s is the shell', async (path) => {
    const response = await get(path, { host: DESK });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('shell');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/nowhere', '/records/a.b', '/help/a.b', '/me/x', '/purse/x', '/desk.html', '/lab/x'])('%s is not', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each(['/nowhere', '/help/a.b', '/me/x', '/assets/missing-1.js', '/%E4%BD%A0'])('a visitor of %s sees the app say that there is nothing', async (path) => {
    const response = await get(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([404, 'text/html; charset=utf-8', 'no-store']);
    expect(await response.text()).toContain('shell');
    expect(policy(response).get('script-src')).toBe("'self'");
  });

  it.each(['/v1/nowhere', '/.git/config'])('but not of %s', async (path) => {
    const response = await get(path, { headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it.each(['/desk', '/lab'])('production has no %s', async (path) => {
    expect((await get(path, { server: production })).status).toBe(404);
  });

  it.each(['/desk', '/lab'])('%s is at the host of the desk', async (path) => {
    const response = await get(path, { host: 'localhost:8080' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`http://desk.chit.localhost:8080${path}`);
  });

  it('a foreign host gets nothing', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { host: 'localhost:8080', server: production })).status).toBe(403);
  });
});

describe('the policy', () => {
  it('lets a page run our own script and nothing else', async () => {
    const response = await get('/', { server: production });
    const rules = policy(response);
    expect(Object.fromEntries(rules)).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'worker-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'frame-src': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'app default',
      'report-uri': '/v1/csp-reports',
    });
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('permissions-policy')).toContain('camera=(self), ');
  });

  it('lets only the decoder compile WebAssembly', async () => {
    expect(policy(await get('/assets/decoder.worker-Xy_1-z.js')).get('script-src')).toBe("'self' 'wasm-unsafe-eval'");
    for (const path of ['/', '/service-worker.js', '/assets/main-abc123.js', '/assets/decoder.worker-a.js/../../']) expect(policy(await get(path)).get('script-src')).not.toContain('wasm');
  });

  it('lets only a desk hold phones, and only phones be held', async () => {
    const origins = ['shopper', 'till', 'till2', 'twin'].map((name) => `http://${name}.chit.localhost:8080`);
    const desk = await get('/desk', { host: DESK });
    expect(policy(desk).get('frame-src')).toBe(origins.join(' '));
    expect(policy(desk).get('frame-ancestors')).toBe("'none'");
    expect(desk.headers.get('permissions-policy')).toContain(`camera=(self ${origins.map((origin) => `"${origin}"`).join(' ')})`);
    const phone = policy(await get('/'));
    expect(phone.get('frame-ancestors')).toBe('http://desk.chit.localhost:8080');
    expect(phone.get('frame-src')).toBe("'none'");
    expect(policy(await get('/', { host: 'localhost:8080' })).get('frame-ancestors')).toBe("'none'");
    expect((await get('/')).headers.get('strict-transport-security')).toBeNull();
  });

  it('covers what is not there, too', async () => {
    expect(policy(await get('/nowhere')).get('script-src')).toBe("'self'");
  });
});
