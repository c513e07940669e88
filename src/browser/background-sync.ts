/** Asks the browser to wake the service worker when the network is back. A bonus where it exists (Chromium); nothing relies on it. */
export const SYNC_TAG = 'chit-outbox';

type WithSync = ServiceWorkerRegistration & { readonly sync?: { register(tag: string): Promise<void> } };

export async function askForSync(container: ServiceWorkerContainer | undefined): Promise<void> {
  try {
    const registration: WithSync | undefined = await container?.getRegistration();
    await registration?.sync?.register(SYNC_TAG);
  } catch {
    // Not granted: opening the app sends what waits.
  }
}
