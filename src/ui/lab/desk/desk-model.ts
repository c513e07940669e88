/** The desk's state: its phones, the server's books, what is being played, and how far the newcomer has come. */
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Hosts } from '../desk-messages.ts';
import { createDeskPhones, type DeskPhones, type PhoneState } from '../desk-phones.ts';
import { createLedger, type LedgerModel } from '../ledger-model.ts';
import type { PaceName } from '../plays/act.ts';
import { createPlayer, type Player } from '../plays/player.ts';

export type DeskModel = {
  readonly phones: DeskPhones;
  readonly books: LedgerModel;
  readonly player: Player;
  readonly pace: Signal<PaceName>;
  /** 1 to 4: the step that is next. */
  readonly step: ReadonlySignal<number>;
};

export function createDesk(page: Window, hosts: Hosts): DeskModel {
  const phones = createDeskPhones(page, hosts);
  const books = createLedger(page);
  const { shopper, till } = phones.phones;
  phones.onMoved(() => void books.read());
  const paidBefore = signal<string | null>(null);
  const shown = computed(() => till.value.shows);
  effect(() => {
    if (shown.value !== null) paidBefore.value = shopper.peek().truth?.last?.id ?? null;
  });
  const pace = signal<PaceName>('calm');
  const player = createPlayer(phones, books, () => pace.value);
  return { phones, books, player, pace, step: computed(() => stepOf(shopper.value, till.value, paidBefore.value)) };
}

/** Told from what the phones show, so that a newcomer who does it in another order is not corrected. */
function stepOf(shopper: PhoneState, till: PhoneState, paidBefore: string | null): number {
  const last = shopper.truth?.last ?? null;
  const paid = last !== null && last.state === 'settled' && last.id !== paidBefore;
  if (paid && (shopper.truth?.path.startsWith('/records/') ?? false)) return 4;
  if (shopper.truth?.path === '/pay' || shopper.truth?.path === '/i') return 3;
  return till.shows === null ? 1 : 2;
}
