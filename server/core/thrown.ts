/** What a log says of something that was thrown. The message of a bug may hold a stranger's text, so it says where it was, not what. */
import { ToldError } from './ports.ts';

const FRAMES = 4;

export type ThrownFacts = { readonly error: string; readonly why?: string; readonly at?: string };

export function thrownFacts(thrown: unknown): ThrownFacts {
  if (!(thrown instanceof Error)) return { error: 'unknown' };
  if (thrown instanceof ToldError) return { error: thrown.name, why: thrown.message };
  return { error: thrown.name, at: placeOf(thrown) };
}

function placeOf(thrown: Error): string {
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, FRAMES).map((line) => line.trim()).join(' < ');
}
