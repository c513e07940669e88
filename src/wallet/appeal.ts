/**
 * Somebody says that a verdict or a freeze is wrong. The id is made from the words, so it is there before anything is sent, and the
 * same words twice, also after a lost answer or a restart, are one appeal.
 */
import { toHex, utf8 } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { type AppealRequest, AppealReply } from '#protocol/http-purses.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readMessage } from '#protocol/read-message.ts';
import { hash16 } from '#protocol/sha256.ts';
import type { Core } from './core.ts';
import { askForResult } from './session.ts';

export async function appeal(core: Core, subject: string, text: string): Promise<Result<void, ErrorCode>> {
  const { identity } = core.memory;
  if (identity === null) return err('NOT_SIGNED_IN');
  const words = text.trim();
  if (words === '' || words.length > LIMITS.appealChars) return err('BAD_REQUEST');
  const appealId = toHex(hash16(utf8(['chit-appeal-v1', identity.accountId, subject, words].join('\n'))));
  const request: AppealRequest = { appealId, subject, text: words };
  const body = JSON.stringify(request);
  const sent = await askForResult(core, { method: 'POST', path: '/v1/appeals', body, read: (json) => readMessage(AppealReply, json) });
  if (!sent.ok) return sent;
  core.memory.feedDue = true;
  core.ring();
  return ok(undefined);
}
