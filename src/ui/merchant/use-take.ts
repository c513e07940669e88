/**
 * One code on its way through the till: given to the wallet, which writes before it answers. What was taken shows in the
 * snapshot; what was refused, or taken before, stands here until somebody has seen it, also after a reload.
 * Must never ask twice at once: a second code is not looked at while the first is being checked.
 */
import { useRef, useState } from 'preact/hooks';
import type { Result } from '#base/result.ts';
import { ERROR_CODES } from '#protocol/errors.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Taken } from '#wallet/api-till.ts';
import { useApp } from '../app-context.ts';
import { useKept } from '../models/kept.ts';
import { vibrate } from '../models/sound.ts';
import type { Problem } from '../parts/ErrorWords.tsx';

/** What the last code came to, when nothing new was taken. */
export type Untaken =
  | { readonly kind: 'refused'; readonly problem: Problem; readonly text: string }
  | { readonly kind: 'again'; readonly saleId: string; readonly atMs: number }
  /** The till had to ask, and the server said no: the charge is open again. */
  | { readonly kind: 'turned-down'; readonly saleId: string };

export type TakeModel = {
  readonly untaken: Untaken | null;
  readonly checking: boolean;
  /** True when something was taken: the snapshot has it. */
  take(text: string): Promise<boolean>;
  honour(saleId: string, text: string): Promise<boolean>;
  turnDown(saleId: string): void;
  clear(): void;
};

/** Where a code is taken: at the till, or for one sale that is over. Each place has its own refusal, so that one never opens on another's. */
export type Place = 'till' | `sale.${string}`;

export function useTake(place: Place): TakeModel {
  const { wallet } = useApp();
  const [untaken, setUntaken] = useKept<Untaken>(`chit.${place}.untaken`, readUntaken);
  const [checking, setChecking] = useState(false);
  const underWay = useRef(false);

  async function run(text: string, ask: () => Promise<Result<Taken, ErrorCode>>): Promise<boolean> {
    if (underWay.current) return false;
    underWay.current = true;
    vibrate();
    setChecking(true);
    setUntaken(null);
    const taken = await ask();
    underWay.current = false;
    setChecking(false);
    setUntaken(untakenBy(taken, text));
    return taken.ok && taken.value.outcome !== 'again';
  }
  return {
    untaken,
    checking,
    take: (text) => run(text, () => wallet.api.take(text)),
    honour: (saleId, text) => run(text, () => wallet.api.honour(saleId, text)),
    turnDown: (saleId) => setUntaken({ kind: 'turned-down', saleId }),
    clear: () => setUntaken(null),
  };
}

function untakenBy(taken: Result<Taken, ErrorCode>, text: string): Untaken | null {
  if (!taken.ok) return { kind: 'refused', problem: { error: taken.error, ...(taken.detail && { detail: taken.detail }) }, text };
  const { outcome, sale } = taken.value;
  return outcome === 'again' ? { kind: 'again', saleId: sale.id, atMs: sale.claim?.acceptedAtMs ?? sale.paidAtMs ?? sale.atMs } : null;
}

/** What this version kept, and nothing else. */
export function readUntaken(kept: unknown): Untaken | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { kind, problem, text, saleId, atMs } = kept as Record<string, unknown>;
  if (kind === 'turned-down' && typeof saleId === 'string') return { kind, saleId };
  if (kind === 'again' && typeof saleId === 'string' && typeof atMs === 'number') return { kind, saleId, atMs };
  if (kind !== 'refused' || typeof text !== 'string' || typeof problem !== 'object' || problem === null) return null;
  const { error, detail } = problem as Problem;
  return ERROR_CODES.includes(error) ? { kind, problem: { error, ...(detail && { detail }) }, text } : null;
}
