/** The server's books as the demo shows them: asked for every few seconds, and whenever a phone's books moved. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { DemoLedgerReply } from '#protocol/http.ts';

export type ServerLedger = DemoLedgerReply | 'unreachable' | null;
export type LedgerModel = { readonly ledger: ReadonlySignal<ServerLedger>; read(): Promise<ServerLedger> };

const POLL_MS = 5_000;

export function createLedger(page: Window): LedgerModel {
  const ledger = signal<ServerLedger>(null);
  async function read(): Promise<ServerLedger> {
    ledger.value = await fetchLedger();
    return ledger.value;
  }
  page.setInterval(() => void read(), POLL_MS);
  void read();
  return { ledger, read };
}

/** Null where this server has no such route. */
async function fetchLedger(): Promise<ServerLedger> {
  try {
    const reply = await fetch('/v1/demo/ledger', { headers: { accept: 'application/json' } });
    if (reply.status === 404) return null;
    return reply.ok ? ((await reply.json()) as DemoLedgerReply) : 'unreachable';
  } catch {
    return 'unreachable';
  }
}
