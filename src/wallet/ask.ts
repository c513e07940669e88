/**
 * Questions to the server and their three outcomes. `none` proves nothing: what was asked may or may not have happened.
 * Whether we are online is decided here, by what happens to requests, never by navigator.onLine.
 */
import { err, type ErrorDetail, ok, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import { ProblemReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { Core } from './core.ts';
import type { HttpMethod } from './ports.ts';

export type Answer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'problem'; readonly status: number; readonly code: Problem; readonly detail: ErrorDetail }
  | { readonly kind: 'none'; readonly retryAfterMs: number | null };

export type Question<T> = {
  readonly method: HttpMethod;
  readonly path: string;
  /** Sent as it stands. */
  readonly body: string | null;
  readonly read: (json: unknown) => T | null;
  readonly timeoutMs?: number;
};

export async function ask<T>(core: Core, question: Question<T>): Promise<Answer<T>> {
  const askedMs = core.ports.clock.monotonicMs();
  const timeoutMs = question.timeoutMs ?? LIMITS.requestTimeoutMs;
  const outcome = await core.ports.http.send(question.method, question.path, question.body, timeoutMs);
  if (outcome.kind === 'no-answer') {
    core.ports.log.info('request.no-answer', { path: pathOnly(question.path), why: outcome.why });
    setConnection(core, 'offline');
    return { kind: 'none', retryAfterMs: null };
  }
  const answer = readAnswer(question, outcome.status, outcome.json, outcome.retryAfterMs);
  // An answer that is not ours (a proxy's, a captive portal's) does not show that the server is there.
  setConnection(core, answer.kind === 'none' && outcome.status < 500 ? 'offline' : 'online');
  if (answer.kind === 'done') learnTime(core, answer.value, askedMs);
  return answer;
}

function readAnswer<T>(question: Question<T>, status: number, json: unknown, retryAfterMs: number | null): Answer<T> {
  if (status >= 200 && status < 300) {
    const value = question.read(json);
    return value === null ? { kind: 'none', retryAfterMs } : { kind: 'done', value };
  }
  const problem = readMessage(ProblemReply, json);
  if (problem === null || status >= 500) return { kind: 'none', retryAfterMs: problem?.retryAfterMs ?? retryAfterMs };
  return { kind: 'problem', status, code: problem.code, detail: problemDetail(problem, retryAfterMs) };
}

function problemDetail(problem: ProblemReply, retryAfterMs: number | null): ErrorDetail {
  const waitMs = problem.retryAfterMs ?? retryAfterMs;
  return {
    ...(problem.triesLeft === undefined ? {} : { triesLeft: problem.triesLeft }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    ...(problem.requestId === undefined ? {} : { requestId: problem.requestId }),
  };
}

function learnTime(core: Core, value: unknown, askedMs: number): void {
  if (typeof value !== 'object' || value === null || !('nowMs' in value) || typeof value.nowMs !== 'number') return;
  core.time.learn(value.nowMs, askedMs);
}

function setConnection(core: Core, connection: 'online' | 'offline'): void {
  if (core.memory.connection === connection) return;
  core.memory.connection = connection;
  core.changed();
  if (connection === 'online') core.ring();
}

/** For a call that a person waits for. A question without an answer has changed nothing that matters: it may be asked again. */
export function toResult<T>(answer: Answer<T>): Result<T, Problem | 'OFFLINE'> {
  if (answer.kind === 'done') return ok(answer.value);
  return answer.kind === 'problem' ? err(answer.code, answer.detail) : err('OFFLINE');
}

/** For replies whose content does not matter (204). */
export function anything(): true {
  return true;
}

function pathOnly(path: string): string {
  return path.split('?')[0] ?? path;
}
