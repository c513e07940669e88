/** What may wait for the frame: done after it, once, and without it where there are no frames. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { afterFrame } from '#ui/after-frame.ts';

let frames: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => frames.push(work));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a frame that is late is waited for, and the work comes in a task after it', () => {
  const work = vi.fn();
  afterFrame(work);
  vi.advanceTimersByTime(200);
  expect(work).not.toHaveBeenCalled();
  for (const frame of frames) frame();
  expect(work, 'not in the frame itself').not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledOnce();
});

test('a page without frames does its work all the same, once', () => {
  const work = vi.fn();
  afterFrame(work);
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledOnce();
  for (const frame of frames) frame();
  vi.advanceTimersByTime(1_000);
  expect(work, 'a frame that comes after all').toHaveBeenCalledOnce();
});
