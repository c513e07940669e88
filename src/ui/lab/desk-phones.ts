/**
 * The phones of a desk as their desk sees them: what each shows and knows, what is set on it, and what it was heard to say. Carries
 * codes from one screen to the camera that faces it. Decides nothing and touches no wallet.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { PHONES, type PhoneName } from '#faults/phones.ts';
import type { Locale } from '#i18n/translate.ts';
import { createAsking, createFrames, heardFrom, type Heard } from './desk-wire.ts';
import { needsFreshStart, readFromPhone, type Done, type FromDesk, type FromPhone, type Hosts, type PhoneFaults, type PhoneTruth, type Task } from './desk-messages.ts';

export type PhoneState = { readonly shows: string | null; readonly truth: PhoneTruth | null; readonly faults: PhoneFaults | null };

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
  /** Onto the desk, if it is not there. */
  bring(name: PhoneName): void;
  /** The one where something goes on. */
  readonly lookedAt: ReadonlySignal<PhoneName | null>;
  lookAt(name: PhoneName | null): void;
  say(language: Locale): void;
  reset(name: PhoneName): void;
  /** Asks a phone for something, and resolves with how it ended. A phone that is not there does not do it. */
  ask(name: PhoneName, task: Task): Promise<Done>;
  /** Something was heard that may have moved money. */
  onMoved(listener: () => void): void;
};

const EMPTY: PhoneState = { shows: null, truth: null, faults: null };
const HEARD_MAX = 500;

type Phones = { readonly [P in PhoneName]: Signal<PhoneState> };

export function createDeskPhones(page: Window, hosts: Hosts): DeskPhones {
  const { phones, put, leave, isOver } = createStates();
  const frames = createFrames(hosts);
  const { tell } = frames;
  const table = createTable(phones, tell);
  const heard = signal<readonly Heard[]>([]);
  const moved = new Set<() => void>();
  const asking = createAsking(page, (name, id, task) => tell(name, { chit: 'desk', kind: 'task', id, task }));
  let language: Locale | null = null;

  function hear(name: PhoneName, message: FromPhone): void {
    if (isOver(name, message)) return;
    switch (message.kind) {
      case 'code':
        put(name, { shows: message.text });
        return table.show(name);
      case 'truth': {
        const before = phones[name].value.truth;
        put(name, { truth: message.truth });
        if (before === null) greet(name);
        return hasMoved(before, message.truth) ? moved.forEach((listener) => listener()) : undefined;
      }
      case 'faults':
        return put(name, { faults: message.faults });
      case 'fired':
      case 'line':
        return void (heard.value = [...heard.value.slice(1 - HEARD_MAX), heardFrom(name, message)]);
      case 'done':
        return asking.hear(message.id, message.done);
      case 'away':
        phones[name].value = EMPTY;
        return table.show(name);
    }
  }

  /** A phone that has just started, or was loaded again, knows nothing of the desk. */
  function greet(name: PhoneName): void {
    table.see(name);
    if (language !== null) tell(name, { chit: 'desk', kind: 'language', language });
  }

  listen(page, frames, hear);
  return {
    hosts,
    phones,
    heard,
    ...table,
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
      leave(name);
      tell(name, { chit: 'desk', kind: 'reset' });
    },
    ask(name, task) {
      if (needsFreshStart(task)) leave(name);
      return asking.ask(name, task);
    },
    onMoved: (listener) => void moved.add(listener),
  };
}

function listen(page: Window, frames: ReturnType<typeof createFrames>, hear: (name: PhoneName, message: FromPhone) => void): void {
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const name = frames.from(event);
    const message = name === undefined ? null : readFromPhone(event.data);
    if (name !== undefined && message !== null) hear(name, message);
  });
}

/** Then the server's books are worth another look. */
function hasMoved(before: PhoneTruth | null, now: PhoneTruth): boolean {
  return before?.balanceMinor !== now.balanceMinor || before.waiting !== now.waiting || before.unsettled.count !== now.unsettled.count || before.purse?.state !== now.purse?.state;
}

/** What each phone was heard to say last. Of an app that is being left, what it knows and shows counts no more. */
function createStates() {
  const phones: Phones = { shopper: signal(EMPTY), till: signal(EMPTY), till2: signal(EMPTY), twin: signal(EMPTY) };
  const born = new Map<PhoneName, number>();
  const left = new Map<PhoneName, number>();
  const put = (name: PhoneName, part: Partial<PhoneState>) => void (phones[name].value = { ...phones[name].value, ...part });
  function leave(name: PhoneName): void {
    const bornMs = born.get(name);
    if (bornMs !== undefined) left.set(name, bornMs);
    put(name, { shows: null, truth: null });
  }
  function isOver(name: PhoneName, { kind, bornMs }: FromPhone): boolean {
    born.set(name, bornMs);
    return (kind === 'truth' || kind === 'code') && left.get(name) === bornMs;
  }
  return { phones, put, leave, isOver };
}

type Tell = (name: PhoneName, message: FromDesk) => void;

/** Which phones are there, and which two look at each other: each camera sees the other's screen. */
function createTable(phones: Phones, tell: Tell) {
  const facing = signal<{ readonly till: PhoneName; readonly shopper: PhoneName }>({ till: 'till', shopper: 'shopper' });
  const present = signal<readonly PhoneName[]>(['till', 'shopper']);
  const lookedAt = signal<PhoneName | null>(null);
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
    bring(till);
    bring(shopper);
    facing.value = { till, shopper };
    for (const name of new Set([before.till, before.shopper, till, shopper])) see(name);
  }
  function bring(name: PhoneName): void {
    present.value = PHONES.filter((one) => one === name || present.value.includes(one));
  }
  return { facing, present, lookedAt, see, show, face, bring, lookAt: (name: PhoneName | null) => void (lookedAt.value = name) };
}
