/** A camera sees the code in view with every frame; it is told once, and again only after it was out of sight or is to be forgotten. */
const REPEAT_AFTER_MS = 2_500;

export type Repeats = { see(text: string): void; forget(): void };

export function withoutRepeats(onText: (text: string) => void): Repeats {
  let last: { readonly text: string; readonly atMs: number } | null = null;
  return {
    see(text) {
      const nowMs = performance.now();
      const fresh = last === null || text !== last.text || nowMs - last.atMs > REPEAT_AFTER_MS;
      last = { text, atMs: nowMs };
      if (fresh) onText(text);
    },
    forget() {
      last = null;
    },
  };
}
