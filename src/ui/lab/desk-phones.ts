/**
 * The phones of a desk as their desk sees them: what each shows and knows, what is set on it, and what it was heard to say. Carries
 * codes from one screen to the camera that faces it. Decides nothing and touches no wallet.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { PHONES, type PhoneName } from '#faults/phones.ts';
import type { Locale } from '#i18n/translate.ts';
import { readFromPhone, type Done, type FromDesk, type FromPhone, type Hosts, type PhoneFaults, type PhoneTruth, type Task } from './desk-messages.ts';

export type PhoneState = { readonly shows: string | null; readonly truth: PhoneTruth | null; readonly faults: PhoneFaults | null };

/** One line of the desk's log: what a phone's wallet said, or a fault that happened. */
export type Heard = { readonly phone: PhoneName; readonly atMs: number; readonly level: 'info' | 'warn' | 'error' | 'fault'; readonly text: string };

export type DeskPhones = {
  readonly hosts: Hosts;
  readonly phones: { readonly [P in PhoneName]: ReadonlySignal<PhoneState> };
  /** Oldest first. */
  readonly heard: ReadonlySignal<readonly Heard[]>;
  /** Which two look at each other: `till` is the left one. */
  readonly facing: ReadonlySignal<{ readonly till: PhoneName; readonly shopper: PhoneName }>;
  face(till: PhoneName, shopper: PhoneName): void;
  /** Phones that are on the desk: a second till and a twin come when they are first looked at. */
  readonly present: ReadonlySignal<readonly PhoneName[]>;
  attach(name: PhoneName, frame: HTMLIFrameElement | null): void;
  say(language: Locale): void;
  reset(name: PhoneName): void;
  /** Asks a phone for something, and resolves with how it ended. A phone that is not there does not do it. */
  ask(name: PhoneName, task: Task): Promise<Done>;
  /** Something was heard that may have moved money. */
  onMoved(listener: () => void): void;
};

const EMPTY: PhoneState = { shows: null, truth: null, faults: null };
const HEARD_MAX = 500;
/** A phone that starts again in the middle answers nobody. */
const ANSWER_MS = 15_000;

type Phones = { readonly [P in PhoneName]: Signal<PhoneState> };

export function createDeskPhones(page: Window, hosts: Hosts): DeskPhones {
  const phones: Phones = { shopper: signal(EMPTY), till: signal(EMPTY), till2: signal(EMPTY), twin: signal(EMPTY) };
  const frames = createFrames(hosts);
  const { tell } = frames;
  const table = createTable(phones, tell);
  const heard = signal<readonly Heard[]>([]);
  const moved = new Set<() => void>();
  const asking = createAsking(page, (name, id, task) => tell(name, { chit: 'desk', kind: 'task', id, task }));
  const put = (name: PhoneName, part: Partial<PhoneState>) => void (phones[name].value = { ...phones[name].value, ...part });
  let language: Locale | null = null;

  function hear(name: PhoneName, message: FromPhone): void {
    switch (message.kind) {
      case 'code':
        put(name, { shows: message.text });
        return table.show(name);
      case 'truth': {
        const before = phones[name].value.truth;
        put(name, { truth: message.truth });
        if (before === null) greet(name);
        if (before?.balanceMinor !== message.truth.balanceMinor || before.waiting !== message.truth.waiting) for (const listener of moved) listener();
        return;
      }
      case 'faults':
        return put(name, { faults: message.faults });
      case 'fired':
      case 'line':
        return void (heard.value = [...heard.value.slice(1 - HEARD_MAX), heardFrom(name, message)]);
      case 'done':
        return asking.hear(message.id, message.done);
    }
  }

  /** A phone that has just started, or was loaded again, knows nothing of the desk. */
  function greet(name: PhoneName): void {
    table.see(name);
    if (language !== null) tell(name, { chit: 'desk', kind: 'language', language });
  }

  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const name = frames.from(event);
    const message = name === undefined ? null : readFromPhone(event.data);
    if (name !== undefined && message !== null) hear(name, message);
  });

  return {
    hosts,
    phones,
    heard,
    facing: table.facing,
    present: table.present,
    face: table.face,
    attach(name, frame) {
      frames.put(name, frame);
      if (frame === null) phones[name].value = EMPTY;
      // A frame that loads again starts without a code on its screen.
      else frame.addEventListener('load', () => greet(name));
    },
    say(next) {
      language = next;
      for (const name of PHONES) tell(name, { chit: 'desk', kind: 'language', language: next });
    },
    reset(name) {
      put(name, { shows: null, truth: null });
      tell(name, { chit: 'desk', kind: 'reset' });
    },
    ask: asking.ask,
    onMoved: (listener) => void moved.add(listener),
  };
}

type Tell = (name: PhoneName, message: FromDesk) => void;

/** Which phones are there, and which two look at each other: each camera sees the other's screen. */
function createTable(phones: Phones, tell: Tell) {
  const facing = signal<{ readonly till: PhoneName; readonly shopper: PhoneName }>({ till: 'till', shopper: 'shopper' });
  const present = signal<readonly PhoneName[]>(['till', 'shopper']);
  const opposite = (name: PhoneName): PhoneName | null => {
    const { till, shopper } = facing.value;
    return name === till ? shopper : name === shopper ? till : null;
  };
  function see(name: PhoneName): void {
    const other = opposite(name);
    tell(name, { chit: 'desk', kind: 'see', text: other === null ? null : phones[other].value.shows });
  }
  function show(name: PhoneName): void {
    const other = opposite(name);
    if (other !== null) see(other);
  }
  function face(till: PhoneName, shopper: PhoneName): void {
    const before = facing.value;
    present.value = PHONES.filter((name) => name === till || name === shopper || present.value.includes(name));
    facing.value = { till, shopper };
    for (const name of new Set([before.till, before.shopper, till, shopper])) see(name);
  }
  return { facing, present, see, show, face };
}

/** The windows of the phones: whom a message goes to, and who sent one. Origin and frame must agree. */
function createFrames(hosts: Hosts) {
  const frames = new Map<PhoneName, HTMLIFrameElement>();
  const windowOf = (name: PhoneName) => frames.get(name)?.contentWindow;
  return {
    put(name: PhoneName, frame: HTMLIFrameElement | null): void {
      if (frame === null) frames.delete(name);
      else frames.set(name, frame);
    },
    tell: (name: PhoneName, message: FromDesk): void => windowOf(name)?.postMessage(message, hosts[name]),
    from: (event: MessageEvent<unknown>) => PHONES.find((name) => event.source !== null && event.origin === hosts[name] && event.source === windowOf(name)),
  };
}

function heardFrom(phone: PhoneName, message: Extract<FromPhone, { readonly kind: 'fired' | 'line' }>): Heard {
  if (message.kind === 'fired') return { phone, atMs: message.atMs, level: 'fault', text: `${message.fault} ${message.what}`.trim() };
  const { atMs, level } = message.line;
  return { phone, atMs, level, text: lineText(message.line) };
}

/** Questions that wait for their answer, each with its own number. */
function createAsking(page: Window, send: (name: PhoneName, id: number, task: Task) => void) {
  const waiting = new Map<number, (done: Done) => void>();
  let last = 0;
  function hear(id: number, done: Done): void {
    waiting.get(id)?.(done);
    waiting.delete(id);
  }
  function ask(name: PhoneName, task: Task): Promise<Done> {
    const id = (last += 1);
    return new Promise((resolve) => {
      const late = page.setTimeout(() => hear(id, { ok: false }), ANSWER_MS);
      waiting.set(id, (done) => {
        page.clearTimeout(late);
        resolve(done);
      });
      send(name, id, task);
    });
  }
  return { ask, hear };
}

function lineText({ event, fields }: { readonly event: string; readonly fields: { readonly [name: string]: unknown } }): string {
  const facts = Object.entries(fields).map(([name, value]) => (name === 'what' || name === 'result' ? String(value) : `${name}=${String(value)}`));
  return [event, ...facts].join(' ');
}
