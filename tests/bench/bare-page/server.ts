/** The yardstick of the client bench: about the smallest page that a service worker can open offline and a person can press. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title><button id="usable" hidden>go</button><script src="/bare.js"></script></html>`;
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
