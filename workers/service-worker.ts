/**
 * The service worker: keeps the app's files so that it opens without a network, and sends what waits when the network comes back
 * while no page is open. Takes over only when the page says so. Never touches /v1: money is not cached.
 *
 *   installing ──files stored──► waiting ──the user agrees (SKIP_WAITING)──► active
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { SYNC_TAG } from '#browser/background-sync.ts';
import { showBadge } from '#browser/badge.ts';
import { browserPorts, realWorld } from '#browser/worker-ports.ts';
import { faultyWorld } from '#faults/faulty-world.ts';
import { createWallet } from '#wallet/wallet.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: { readonly url: string; readonly revision: string | null }[] };

/** Background Sync, Chromium only; not in every DOM library. */
type SyncEvent = ExtendableEvent & { readonly tag: string; readonly lastChance: boolean };

/** The tester's build, on the phones of a desk: a phone whose network is off is off here, too. */
const faulty = import.meta.env.MODE === 'demo' ? faultyWorld(self.location.hostname, realWorld()) : null;

const SCREENS = [/^\/(?:scan|me|records|purse|purse\/load|pay|i|m|till|till\/scan|till\/digits|sales|pending|pending\/export|pending\/import|help)?$/, /^\/(?:records\/[a-z]+|help)\/[\w-]{1,80}$/, /^\/records\/sale\/[\w-]{1,80}\/(?:refund|take)$/];
/** The server's own addresses are none of the app's. */
const NOT_OURS = [/^\/v1\//];

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
const shell = createHandlerBoundToURL('/index.html');
// Matched against path and query; ours have no query beside the manifest's ?source.
registerRoute(new NavigationRoute(shell, { allowlist: SCREENS.map(withQuery) }));
// Any other address is the server's to answer; where nobody answers, the app says that there is nothing there.
registerRoute(new NavigationRoute((visit) => fetch(visit.request).catch(() => shell(visit)), { denylist: NOT_OURS }));

function withQuery(path: RegExp): RegExp {
  return new RegExp(path.source.replace(/\$$/, '(?:\\?.*)?$'));
}

self.addEventListener('message', (event) => {
  const fromUs = event.source !== null && 'url' in event.source && new URL(event.source.url).origin === self.location.origin;
  if (fromUs && (event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

// The first page is served from here on too; a later version waits, so it takes no page from the one before.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('sync' as 'activate', (event) => {
  if ((event as SyncEvent).tag === SYNC_TAG) event.waitUntil(sendWaiting());
});

/** Rejects when something is left, so that the browser tries again. */
async function sendWaiting(): Promise<void> {
  await faulty?.ready;
  const wallet = createWallet(browserPorts({ rootKey: import.meta.env.VITE_ROOT_KEY ?? null, version: __CHIT_VERSION__ }, faulty?.world));
  const { origin, host } = self.location;
  try {
    const left = await wallet.syncOnce({ origin, host, keeping: 'best-effort', hadWallet: false });
    if (left !== null) await showBadge(self.navigator, left);
    if (left !== 0) throw new Error('requests are still waiting');
  } finally {
    wallet.close();
  }
}
