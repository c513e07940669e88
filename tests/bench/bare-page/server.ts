/**
 * The yardstick of the client bench: about the smallest page that a service worker can open offline and a Chinese shopper can
 * read and press. It is in Chinese because any such page pays for the first use of a Chinese font, ours or not.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>bare</title><h1>余额 ¥500.00</h1><p>最近记录：领到演示币</p><button id="usable" hidden>扫一扫付款</button><script src="/bare.js"></script></html>`;
const SCRIPT = `navigator.serviceWorker.register('/sw.js'); document.getElementById('usable').hidden = false;`;
const WORKER = `
const FILES = ['/', '/bare.js'];
self.addEventListener('install', (event) => event.waitUntil(caches.open('bare').then((cache) => cache.addAll(FILES))));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(caches.match(event.request).then((hit) => hit ?? fetch(event.request))));
`;
const FILES: Readonly<Record<string, readonly [string, string]>> = {
  '/': ['text/html', PAGE],
  '/bare.js': ['text/javascript', SCRIPT],
  '/sw.js': ['text/javascript', WORKER],
};

export type BareServer = { readonly origin: string; close(): Promise<void> };

export function startBareServer(): Promise<BareServer> {
  const server = createServer((request, response) => {
    const [type, body] = FILES[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(body === '' ? 404 : 200, { 'content-type': type }).end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = (): Promise<void> => new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      });
      resolve({ origin: `http://bare.chit.localhost:${port}`, close });
    });
  });
}
