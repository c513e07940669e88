/**
 * A hand on a phone's screen: finds what stands there by its words, as a person does, lays a finger on it and presses. It waits for
 * what is not there yet. Knows no wallet and no model: what it can do, anybody in front of the phone can.
 */
import { unreachable } from '#base/assert.ts';
import type { Act, Pace, Played } from './act.ts';
import { createFinger, type Finger } from './finger.ts';

const LOOK_MS = 80;
const SELECTORS = { button: 'button, [role="button"]', link: 'a[href]' } as const;

/** False: it was not to be found in time. */
export async function play(document: Document, { act, pace, patienceMs }: Played): Promise<boolean> {
  const finger = createFinger(document);
  try {
    return await perform(document, act, pace, patienceMs, finger);
  } finally {
    finger.lift();
  }
}

async function perform(document: Document, act: Act, pace: Pace, patienceMs: number, finger: Finger): Promise<boolean> {
  switch (act.act) {
    case 'see':
      return (await waitFor(() => (reads(front(document), act.text) ? true : null), patienceMs)) !== null;
    case 'press':
      return pressOne(await waitFor(() => named(front(document), act.role, act.name), act.optional ? 0 : patienceMs), pace, finger, act.optional);
    case 'follow':
      return pressOne(await waitFor(() => leading(front(document), act.path), patienceMs), pace, finger);
    case 'keys':
      for (const character of act.text) {
        const key = await waitFor(() => keyOf(front(document), character), patienceMs);
        if (key === null) return false;
        await press(key, { ...pace, fingerMs: pace.fingerMs / 3 }, finger);
      }
      await wait(pace.restMs);
      return true;
    default:
      return unreachable(act);
  }
}

async function pressOne(target: HTMLElement | null, pace: Pace, finger: Finger, optional = false): Promise<boolean> {
  if (target === null) return optional;
  await press(target, pace, finger);
  await wait(pace.restMs);
  return true;
}

async function press(target: HTMLElement, { fingerMs }: Pace, finger: Finger): Promise<void> {
  target.scrollIntoView({ block: 'nearest' });
  finger.over(target.getBoundingClientRect());
  await wait(fingerMs);
  finger.down();
  target.click();
}

/** What lies on top: an open sheet, else the page. */
function front(document: Document): ParentNode {
  return [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
}

function named(root: ParentNode, role: 'button' | 'link', name: string): HTMLElement | null {
  const candidates = [...root.querySelectorAll<HTMLElement>(SELECTORS[role])].filter(usable);
  return candidates.find((element) => nameOf(element) === name) ?? null;
}

function leading(root: ParentNode, path: string): HTMLElement | null {
  return [...root.querySelectorAll<HTMLElement>(SELECTORS.link)].filter(usable).find((link) => link.getAttribute('href') === path) ?? null;
}

/** The point has a word of its own for those who listen. */
function keyOf(root: ParentNode, character: string): HTMLElement | null {
  return [...root.querySelectorAll<HTMLElement>('.keypad .key')].filter(usable).find((key) => key.textContent.trim() === character) ?? null;
}

function nameOf(element: HTMLElement): string {
  return (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/g, ' ').trim();
}

function usable(element: HTMLElement): boolean {
  return element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled, [aria-disabled="true"]') && element.closest('[inert]') === null;
}

/** The whole of a text: "Paid" is not yet to be read in "Paid by". */
function reads(root: ParentNode, text: string): boolean {
  const document = root.ownerDocument ?? (root as Document);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    const { data, parentElement } = walker.currentNode as Text;
    if (data.replace(/\s+/g, ' ').trim() === text && parentElement?.checkVisibility({ visibilityProperty: true })) return true;
  }
  return false;
}

async function waitFor<T>(look: () => T | null, patienceMs: number): Promise<T | null> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== null || performance.now() >= endMs) return found;
    await wait(LOOK_MS);
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
