/** Where people may be, and what may happen there. Only facts about paths; the router draws. */
import type { Snapshot } from '#wallet/api.ts';

/** On these screens a shopper is about to pay: nothing may interrupt. */
const PAYING = ['/pay', '/i', '/scan'];
/** A slip with the code that the shop is about to scan. */
const VOUCHERS = '/records/voucher/';

/** A till's scanner, digits, refund, export and import. */
const TAKING = /^\/(?:till\/\w+|pending\/\w+|records\/sale\/\w+\/\w+)$/;

export function isPaying(path: string): boolean {
  return PAYING.includes(path);
}

/** An update reloads the page: never while money is in motion, a code is shown, or a result waits to be seen. */
export function mayUpdateAt(path: string, snapshot: Snapshot): boolean {
  if (snapshot.busy || snapshot.charge !== null || snapshot.paidUnseen.length > 0) return false;
  return !isPaying(path) && !path.startsWith(VOUCHERS) && !TAKING.test(path);
}

/** Screens that stand alone: no tabs under them, so that one thing can be done well. */
export function hasTabs(path: string): boolean {
  return !isPaying(path) && !path.startsWith('/records/payment/') && !path.startsWith(VOUCHERS) && path !== '/purse/load' && !TAKING.test(path);
}

export function recordPath(type: string, id: string): string {
  return `/records/${type}/${id}`;
}
