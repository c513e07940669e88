/**
 * What a screen does once it stands comes after the frame that shows it. Preact waits 35 ms for that frame, then gives it up: on a
 * slow phone this is too early, and what was to come after the frame keeps it waiting.
 */
import { options } from 'preact';

/** A page that nobody sees has no frames. */
const NO_FRAME_MS = 300;

export function workAfterFrames(): void {
  options.requestAnimationFrame = afterFrame;
}

/** A page that is left before has not done it. */
export function afterFrame(work: () => void): void {
  let due = true;
  const done = (): void => {
    if (due) setTimeout(work);
    due = false;
  };
  setTimeout(done, NO_FRAME_MS);
  requestAnimationFrame(done);
}
