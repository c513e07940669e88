/** Who gives an order, and why, as two commands read it from their words. */
import { LIMITS } from '#protocol/limits.ts';
import { StartupError } from './adapters/startup-error.ts';
import type { Given } from './core/operator.ts';

const BY_CHARS = 80;

export function readGiven({ by = '', note = '' }: { readonly by?: string; readonly note?: string }): Given {
  if (by.trim() === '' || by.length > BY_CHARS) throw new StartupError('usage', `--by NAME says who gives the order, in at most ${BY_CHARS} characters.`);
  if (note.length > LIMITS.appealChars) throw new StartupError('usage', `--note TEXT has at most ${LIMITS.appealChars} characters.`);
  return { by: by.trim(), note: note.trim() };
}
