/**
 * The desk's state: what each phone shows and knows, and how far the newcomer has come. Carries codes from one phone's screen
 * to the other's camera, and asks the server for its ledger whenever a phone's books moved.
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Locale } from '#i18n/translate.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { readFromPhone, type FromDesk, type FromPhone, type Hosts, type PhoneRole, type PhoneTruth } from '../desk-messages.ts';

export type PhoneState = { readonly shows: string | null; readonly truth: PhoneTruth | null };
export type ServerLedger = DemoLedgerReply | 'unreachable' | null;

export type DeskModel = {
  readonly phones: { readonly [R in PhoneRole]: ReadonlySignal<PhoneState> };
  readonly ledger: ReadonlySignal<ServerLedger>;
  /** 1 to 4: the step that is next. */
  readonly step: ReadonlySignal<number>;
  attach(role: PhoneRole, frame: HTMLIFrameElement | null): void;
  say(language: Locale): void;
  reset(): void;
};

const LEDGER_POLL_MS = 5_000;
const EMPTY: PhoneState = { shows: null, truth: null };
const OTHER: { readonly [R in PhoneRole]: PhoneRole } = { shopper: 'till', till: 'shopper' };

export function createDesk(page: Window, hosts: Hosts): DeskModel {
  const phones = { shopper: signal<PhoneState>(EMPTY), till: signal<PhoneState>(EMPTY) };
  const frames: { [R in PhoneRole]: HTMLIFrameElement | null } = { shopper: null, till: null };
  const ledger = signal<ServerLedger>(null);
  const paidBefore = signal<string | null>(null);
  let language: Locale | null = null;

  const tell = (role: PhoneRole, message: FromDesk) => frames[role]?.contentWindow?.postMessage(message, hosts[role]);

  function hear(role: PhoneRole, message: FromPhone): void {
    const phone = phones[role];
    if (message.kind === 'code') {
      phone.value = { ...phone.value, shows: message.text };
      if (message.text !== null && role === 'till') paidBefore.value = phones.shopper.value.truth?.last?.id ?? null;
      tell(OTHER[role], { chit: 'desk', kind: 'see', text: message.text });
      return;
    }
    if (phone.value.truth === null) greet(role);
    const moved = phone.value.truth?.balanceMinor !== message.truth.balanceMinor;
    phone.value = { ...phone.value, truth: message.truth };
    if (moved) void readLedger();
  }

  /** A phone that has just started, or was reloaded, knows nothing of the desk. */
  function greet(role: PhoneRole): void {
    tell(role, { chit: 'desk', kind: 'see', text: phones[OTHER[role]].value.shows });
    if (language !== null) tell(role, { chit: 'desk', kind: 'language', language });
  }

  async function readLedger(): Promise<void> {
    ledger.value = await fetchLedger();
  }

  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const role = (['shopper', 'till'] as const).find((one) => event.origin === hosts[one] && event.source === frames[one]?.contentWindow);
    const message = role === undefined ? null : readFromPhone(event.data);
    if (role !== undefined && message !== null) hear(role, message);
  });
  page.setInterval(() => void readLedger(), LEDGER_POLL_MS);
  void readLedger();

  return {
    phones,
    ledger,
    step: computed(() => stepOf(phones.shopper.value, phones.till.value, paidBefore.value)),
    attach(role, frame) {
      frames[role] = frame;
      // A frame that loads again starts without a code on its screen.
      frame?.addEventListener('load', () => greet(role));
    },
    say(next) {
      language = next;
      tell('shopper', { chit: 'desk', kind: 'language', language: next });
      tell('till', { chit: 'desk', kind: 'language', language: next });
    },
    reset() {
      for (const role of ['shopper', 'till'] as const) {
        phones[role].value = EMPTY;
        tell(role, { chit: 'desk', kind: 'reset' });
      }
    },
  };
}

/** Told from what the phones show, so that a newcomer who does it in another order is not corrected. */
function stepOf(shopper: PhoneState, till: PhoneState, paidBefore: string | null): number {
  const last = shopper.truth?.last ?? null;
  const paid = last !== null && last.state === 'settled' && last.id !== paidBefore;
  if (paid && (shopper.truth?.path.startsWith('/records/') ?? false)) return 4;
  if (shopper.truth?.path === '/pay' || shopper.truth?.path === '/i') return 3;
  return till.shows === null ? 1 : 2;
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
