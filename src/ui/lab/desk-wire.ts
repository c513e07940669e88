/** The wire between a desk and its phones: whose window is whose, questions that wait for their answer, and what is written in the log. */
import { PHONES, type PhoneName } from '#faults/phones.ts';
import type { Done, FromDesk, FromPhone, Hosts, Task } from './desk-messages.ts';

/** One line of the desk's log: what a phone's wallet said, or a fault that happened. */
export type Heard = { readonly phone: PhoneName; readonly atMs: number; readonly level: 'info' | 'warn' | 'error' | 'fault'; readonly text: string };

/** A phone that starts again in the middle answers nobody. */
const ANSWER_MS = 15_000;

/** The windows of the phones: whom a message goes to, and who sent one. Origin and frame must agree. */
export function createFrames(hosts: Hosts) {
  const frames = new Map<PhoneName, HTMLIFrameElement>();
  /** Before it has loaded, a frame is still the desk's own blank page. */
  const loaded = new Set<PhoneName>();
  const windowOf = (name: PhoneName) => frames.get(name)?.contentWindow;
  return {
    put(name: PhoneName, frame: HTMLIFrameElement | null): void {
      loaded.delete(name);
      if (frame === null) frames.delete(name);
      else frames.set(name, frame);
      frame?.addEventListener('load', () => loaded.add(name));
    },
    tell(name: PhoneName, message: FromDesk): void {
      if (loaded.has(name)) windowOf(name)?.postMessage(message, hosts[name]);
    },
    from(event: MessageEvent<unknown>): PhoneName | undefined {
      const name = PHONES.find((one) => event.source !== null && event.origin === hosts[one] && event.source === windowOf(one));
      // Who speaks is there, whatever pictures still load.
      if (name !== undefined) loaded.add(name);
      return name;
    },
  };
}

/** Questions that wait for their answer, each with its own number. */
export function createAsking(page: Window, send: (name: PhoneName, id: number, task: Task) => void) {
  const waiting = new Map<number, (done: Done) => void>();
  let last = 0;
  function hear(id: number, done: Done): void {
    waiting.get(id)?.(done);
    waiting.delete(id);
  }
  function ask(name: PhoneName, task: Task): Promise<Done> {
    const id = (last += 1);
    return new Promise((resolve) => {
      const late = page.setTimeout(() => hear(id, { ok: false }), ANSWER_MS + (task.do === 'play' ? task.played.patienceMs : 0));
      waiting.set(id, (done) => {
        page.clearTimeout(late);
        resolve(done);
      });
      send(name, id, task);
    });
  }
  return { ask, hear };
}

export function heardFrom(phone: PhoneName, message: Extract<FromPhone, { readonly kind: 'fired' | 'line' }>): Heard {
  if (message.kind === 'fired') return { phone, atMs: message.atMs, level: 'fault', text: `${message.fault} ${message.what}`.trim() };
  const { atMs, level } = message.line;
  return { phone, atMs, level, text: lineText(message.line) };
}

function lineText({ event, fields }: { readonly event: string; readonly fields: { readonly [name: string]: unknown } }): string {
  const facts = Object.entries(fields).map(([name, value]) => (name === 'what' || name === 'result' ? String(value) : `${name}=${String(value)}`));
  return [event, ...facts].join(' ');
}
