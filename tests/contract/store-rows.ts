/** Sample rows of the store contract. */
import type { Merchant, Party } from '#server/core/ports.ts';

export const CNY = 156;
export const id = (digit: string): string => digit.repeat(32);
export const shopper = (digit: string): Party => ({
  id: id(digit),
  kind: 'shopper',
  name: `Shopper ${digit}`,
  ccy: CNY,
  playMoney: true,
  status: 'active',
  createdAtMs: 1_793_491_200_000,
});
export const merchantOf = (party: Party, digit: string, statusIndex: number): Merchant => ({
  id: digit.repeat(16),
  partyId: party.id,
  name: party.name,
  ccy: CNY,
  status: 'active',
  statusIndex,
  nextTerminal: 1,
});
