/**
 * The network between phones and the server: seeded latency, and whatever a fault makes of one letter. A request that was lost
 * and a reply that was lost look the same from the phone: nobody answers, at once or when the phone's patience ends.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { HttpMethod, HttpOutcome } from '#wallet/ports.ts';
import { findCaller } from '#server/core/identity.ts';
import type { Chance } from './chance.ts';
import type { SimServer } from './server.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

/** A browser's side of it. */
export type Link = {
  readonly name: string;
  readonly host: string;
  /** What the browser keeps of its session. */
  cookie: string | null;
  /** False: airplane mode, a cellar, a dead router. */
  up: boolean;
};

export type Letter = { readonly link: Link; readonly method: HttpMethod; readonly path: string; readonly body: string | null };

/** What becomes of one letter. Delays come on top of the ordinary latency. */
export type Fate = {
  readonly request?: 'lost' | 'overtaken';
  readonly reply?: 'lost';
  readonly requestDelayMs?: number;
  readonly replyDelayMs?: number;
  /** A second copy reaches the server; nobody waits for its reply. */
  readonly copyAfterMs?: number;
  /** Told when it has really happened. */
  readonly fired?: () => void;
};

export type Network = {
  /** Asked of every letter when it is sent. */
  fateOf: (letter: Letter) => Fate | null;
  send(letter: Letter, timeoutMs: number): Promise<HttpOutcome>;
  /** The stream of hints; `onState` tells whether it is there. Returns what ends it. */
  listen(link: Link, onHint: () => void, onState: (connected: boolean) => void): () => void;
  readonly counts: { requests: number };
};

const NO_ANSWER = { kind: 'no-answer', why: 'network' } as const;
const OVERTAKEN_MAX_MS = 8_000;
const RECONNECT_MAX_MS = 30_000;

type Given = { readonly timeline: Timeline; readonly chance: Chance; readonly server: SimServer; readonly trace: Trace };

export function openNetwork({ timeline, chance, server, trace }: Given): Network {
  const counts = { requests: 0 };
  /** Letters that wait until another one has arrived. */
  const waiting = new Set<() => void>();
  const latencyMs = (): number => chance.between(4, 60);

  const deliver = async (letter: Letter, fate: Fate, answer: ((outcome: HttpOutcome) => void) | null, isOpen: () => boolean): Promise<void> => {
    counts.requests += 1;
    for (const overtaken of [...waiting]) overtaken();
    if (server.down) return answer?.(NO_ANSWER);
    const response = await server.serve(requestOf(letter));
    const text = response.status === 204 ? '' : await response.text();
    trace.say(`${timeline.nowMs} ${letter.link.name} ${letter.method} ${letter.path} ${response.status} ${text.length}`);
    trace.mix(`${letter.body ?? ''}\n${text}\n`);
    // It ended in the middle of this: nothing more is said.
    if (server.down) return answer?.(NO_ANSWER);
    if (answer === null) return;
    if (fate.reply === 'lost') {
      fate.fired?.();
      if (chance.happens(0.5)) answer(NO_ANSWER);
      return;
    }
    timeline.after(latencyMs() + (fate.replyDelayMs ?? 0), () => {
      if (!letter.link.up) return answer(NO_ANSWER);
      // A browser that has given up keeps no cookie of it either.
      if (isOpen()) keepCookie(letter.link, response.headers.get('set-cookie'));
      answer(outcomeOf(response, text));
    });
  };

  const send = (letter: Letter, timeoutMs: number): Promise<HttpOutcome> =>
    new Promise((resolve) => {
      let open = true;
      const answer = (outcome: HttpOutcome): void => {
        if (!open) return;
        open = false;
        cancel();
        resolve(outcome);
      };
      const cancel = timeline.after(timeoutMs, () => answer({ kind: 'no-answer', why: 'timeout' }));
      const fate = letter.link.up ? (network.fateOf(letter) ?? {}) : {};
      if (!letter.link.up || fate.request === 'lost') {
        fate.fired?.();
        trace.say(`${timeline.nowMs} ${letter.link.name} ${letter.method} ${letter.path} lost`);
        if (chance.happens(0.5)) timeline.after(chance.between(1, 50), () => answer(NO_ANSWER));
        return;
      }
      const arrive = (): void => void deliver(letter, fate, answer, () => open);
      if (fate.request === 'overtaken') return beOvertaken(fate, arrive);
      timeline.after(latencyMs() + (fate.requestDelayMs ?? 0), arrive);
      if (fate.requestDelayMs !== undefined || fate.replyDelayMs !== undefined) fate.fired?.();
      if (fate.copyAfterMs === undefined) return;
      timeline.after(latencyMs() + fate.copyAfterMs, () => {
        fate.fired?.();
        void deliver(letter, {}, null, () => false);
      });
    });

  const beOvertaken = (fate: Fate, arrive: () => void): void => {
    const go = (): void => {
      if (!waiting.delete(overtaken)) return;
      timeline.after(0, arrive);
    };
    const overtaken = (): void => {
      fate.fired?.();
      go();
    };
    waiting.add(overtaken);
    timeline.after(OVERTAKEN_MAX_MS, go);
  };

  const network: Network = { fateOf: () => null, send, listen: (link, onHint, onState) => listen(given, link, onHint, onState), counts };
  const given = { timeline, chance, server };
  return network;
}

/** Connects, and again after each break, later and later; a link that is down is noticed at the next hint or when it is tried. */
function listen({ timeline, chance, server }: Omit<Given, 'trace'>, link: Link, onHint: () => void, onState: (connected: boolean) => void): () => void {
  let ended = false;
  let failures = 0;
  let stop = (): void => undefined;
  const broken = (): void => {
    stop();
    if (ended) return;
    onState(false);
    failures += 1;
    stop = timeline.after(500 + chance.below(Math.min(RECONNECT_MAX_MS, LIMITS.retryMinMs * 2 ** Math.min(failures, 10))), () => void connect());
  };
  const connect = async (): Promise<void> => {
    const caller = link.up && !server.down && link.cookie !== null ? await findCaller(server.options, link.cookie).catch(() => null) : null;
    if (ended) return;
    if (caller === null) return broken();
    failures = 0;
    const hint = (): void => void timeline.after(chance.between(4, 60), () => (ended ? undefined : link.up ? onHint() : broken()));
    stop = server.news.listen({ deviceId: caller.device.id, partyId: caller.party.id, hint, ended: broken });
    onState(true);
  };
  stop = timeline.after(chance.between(4, 60), () => void connect());
  return () => {
    ended = true;
    stop();
  };
}

function requestOf({ link, method, path, body }: Letter): Request {
  const headers: Record<string, string> = { host: link.host, accept: 'application/json', 'chit-request': '1', 'sec-fetch-site': 'same-origin' };
  if (method !== 'GET') headers['origin'] = `http://${link.host}`;
  if (body !== null) headers['content-type'] = 'application/json';
  if (link.cookie !== null) headers['cookie'] = `__Host-chit=${link.cookie}`;
  return new Request(`http://${link.host}${path}`, { method, headers, body });
}

function keepCookie(link: Link, set: string | null): void {
  const secret = /^__Host-chit=([^;]*)/.exec(set ?? '')?.[1];
  if (secret !== undefined) link.cookie = secret === '' ? null : secret;
}

function outcomeOf(response: Response, text: string): HttpOutcome {
  const { status, headers } = response;
  const seconds = headers.get('retry-after');
  return { kind: 'answer', status, json: text === '' ? null : (JSON.parse(text) as unknown), retryAfterMs: seconds === null ? null : Number(seconds) * 1_000 };
}
