/**
 * What we say of the last change that we have read, beside its number: a server that was restored from a backup numbers on from there, and
 * may have grown past our place before we come. It then has another change of that number.
 */
import type { Answer } from './ask.ts';
import type { Core } from './core.ts';

export type Mark = { readonly lastAtMs?: number };

/** A server from before there was a mark calls it malformed, and is asked without. */
export async function withMark<T>(core: Core, cursor: number, ask: (mark: Mark) => Promise<Answer<T>>): Promise<Answer<T>> {
  const last = cursor === 0 ? null : await core.ports.store.read((tx) => tx.history.get(cursor));
  const lastAtMs = last?.ok === true ? last.value?.entry.atMs : undefined;
  if (lastAtMs === undefined) return ask({});
  const answer = await ask({ lastAtMs });
  return answer.kind === 'problem' && answer.status === 400 ? ask({}) : answer;
}
