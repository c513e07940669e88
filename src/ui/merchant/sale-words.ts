/** What became of a sale, as its seal, its words, and how its sum is drawn. */
import { unreachable } from '#base/assert.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { Outcome } from '../models/sale-outcome.ts';
import type { SealState } from '../parts/Seal.tsx';

export function saleState(outcome: Outcome, { till, claims }: Pick<Catalogue, 'till' | 'claims'>): string {
  return isPlain(outcome) ? till.saleStates[outcome] : claims.states[outcome];
}

function isPlain(outcome: Outcome): outcome is 'open' | 'paid' | 'cancelled' | 'expired' {
  return outcome === 'open' || outcome === 'paid' || outcome === 'cancelled' || outcome === 'expired';
}

export function saleSeal(outcome: Outcome): SealState {
  switch (outcome) {
    case 'open':
      return 'open';
    case 'asking':
      return 'sending';
    case 'accepted':
    case 'late':
    case 'held':
      return 'accepted';
    case 'paid':
    case 'guaranteed':
      return 'settled';
    case 'refunded':
    case 'voided':
      return 'refunded';
    case 'cancelled':
    case 'expired':
      return 'refused';
    case 'short':
    case 'lost':
      return 'lost';
    default:
      return unreachable(outcome);
  }
}

export function saleDirection(outcome: Outcome): 'in' | 'waiting' | 'lost' | 'none' {
  const seal = saleSeal(outcome);
  if (seal === 'settled') return 'in';
  if (seal === 'accepted') return 'waiting';
  return seal === 'lost' ? 'lost' : 'none';
}
