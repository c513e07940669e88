/**
 * The emergency exit. Served at the service worker's address (CHIT_SERVICE_WORKER=retired), it replaces whatever version a browser
 * has, removes the files that were stored, and goes. Rows and the mark of a wallet stay: money and history are not files. Pages that
 * are open go on; the next load comes from the network.
 */
const KEPT = ['chit-mark'];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(retire()));

async function retire() {
  const stored = await caches.keys();
  await Promise.all(stored.filter((name) => !KEPT.includes(name)).map((name) => caches.delete(name)));
  await self.registration.unregister();
}
