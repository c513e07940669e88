/** What there is to say of the purses on this device, and how much still fits in. Pure: the wallet decides, this only reads. */
import type { RecordView } from '#wallet/api.ts';
import type { PayerOffline, PurseView, VoucherView } from '#wallet/api-payer.ts';

/** The open purse as one thing to say. `none`: one can be had here; `not-here`: none can. */
export type PurseFace =
  | { readonly kind: 'ready' | 'expired' | 'spent'; readonly purse: PurseView }
  | { readonly kind: 'frozen'; readonly purse: PurseView }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-here'; readonly keeping: 'in-app' | 'private' };

export function purseFace(offline: PayerOffline, nowMs: number): PurseFace {
  const open = offline.purses.filter((purse) => purse.kind === 'open');
  const active = open.find((purse) => purse.state === 'active');
  const frozen = open.find((purse) => purse.state === 'frozen');
  if (active !== undefined) return { kind: activeKind(active, nowMs), purse: active };
  if (frozen !== undefined) return { kind: 'frozen', purse: frozen };
  const { keeping } = offline;
  return keeping === 'in-app' || keeping === 'private' ? { kind: 'not-here', keeping } : { kind: 'none' };
}

function activeKind(purse: PurseView, nowMs: number): 'ready' | 'expired' | 'spent' {
  if (nowMs > purse.expMs) return 'expired';
  return purse.spendableMinor > 0 && purse.paymentsLeft > 0 ? 'ready' : 'spent';
}

/** Whose rest is on its way home. */
export function endedPurses(offline: PayerOffline): readonly PurseView[] {
  return offline.purses.filter((purse) => purse.state === 'closing');
}

export function tabsOf(offline: PayerOffline): readonly PurseView[] {
  return offline.purses.filter((purse) => purse.kind === 'tab' && (purse.state === 'active' || purse.state === 'frozen'));
}

export function canLoad({ keeping }: PayerOffline): boolean {
  return keeping === 'kept' || keeping === 'best-effort';
}

/** What the server still lets in: it counts what is spent and not settled yet. An estimate; its answer is the last word. */
export function roomMinor(offline: PayerOffline, held: PurseView | null, unsettledMinor: number): number {
  const spendable = held?.spendableMinor ?? 0;
  return Math.max(0, offline.limMinor - spendable - unsettledMinor);
}

/** A tenth, a fifth and two fifths of a full purse: 50, 100 and 200 of 500. Only what fits, and is not more than there is. */
export function presetsOf(limMinor: number, mostMinor: number): readonly number[] {
  return [10, 5, 2.5].map((part) => limMinor / part).filter((minor) => Number.isSafeInteger(minor) && minor > 0 && minor < mostMinor);
}

/** From 0 to 1: how full it is. */
export function fillOf(partMinor: number, wholeMinor: number): number {
  return wholeMinor <= 0 ? 0 : Math.min(1, Math.max(0, partMinor / wholeMinor));
}

/** Paid and not settled, newest first. */
export function unsettledOf(records: readonly RecordView[]): readonly VoucherView[] {
  return records.filter((record): record is VoucherView => record.type === 'voucher' && isUnsettled(record));
}

export function isUnsettled({ state }: Pick<VoucherView, 'state'>): boolean {
  return state === 'signed' || state === 'presented' || state === 'acked';
}

export type Shop = { readonly merchantId: string; readonly name: string };

/** Shops that were paid lately and have no tab yet, newest first. */
export function shopsToKeep(records: readonly RecordView[], offline: PayerOffline, most: number): readonly Shop[] {
  const shops = new Map<string, string>();
  for (const record of records) {
    const paid = (record.type === 'payment' || record.type === 'voucher') && record.state === 'settled';
    if (paid && !shops.has(record.merchantId)) shops.set(record.merchantId, record.merchantName);
  }
  for (const { merchantId, state } of offline.purses) if (merchantId !== null && state !== 'released') shops.delete(merchantId);
  return [...shops].slice(0, most).map(([merchantId, name]) => ({ merchantId, name }));
}

/** The shop's name as its last payment told it; null when this device has none. */
export function shopName(records: readonly RecordView[], merchantId: string): string | null {
  for (const record of records) {
    if ((record.type === 'payment' || record.type === 'voucher') && record.merchantId === merchantId) return record.merchantName;
  }
  return null;
}

/**
 * When the rest of a purse, of this device or another, is back in the balance. `later`: no day is fixed, every refresh of an active
 * purse moves it. `home`: what is told of no more, or as released, has come back.
 */
export function homeAt({ purses, elsewhere }: Pick<PayerOffline, 'purses' | 'elsewhere'>, purseId: string): number | 'later' | 'home' {
  const purse = [...purses, ...elsewhere].find(({ id }) => id === purseId);
  if (purse === undefined || purse.state === 'released') return 'home';
  return purse.state === 'active' ? 'later' : purse.claimDeadlineMs;
}
