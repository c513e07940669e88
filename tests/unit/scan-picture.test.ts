/** What a scanner refuses to look at, and what it tells once. */
import { afterEach, expect, test, vi } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { readPicture } from '#scan/picture.ts';
import { withoutRepeats } from '#scan/without-repeats.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function pictureOf(width: number, height: number) {
  class FakeImage extends EventTarget {
    naturalWidth = width;
    naturalHeight = height;
    set src(_: string) {
      queueMicrotask(() => this.dispatchEvent(new Event(width > 0 ? 'load' : 'error')));
    }
  }
  const unpack = vi.fn(() => Promise.reject(new DOMException('not a picture', 'InvalidStateError')));
  vi.stubGlobal('Image', FakeImage);
  vi.stubGlobal('createImageBitmap', unpack);
  return unpack;
}

test.each([
  ['more pixels than a phone can hold', LIMITS.picturePixels, 2, 'PICTURE_TOO_LARGE', 0],
  ['as many as it can', LIMITS.picturePixels, 1, 'PICTURE_NO_CODE', 1],
  ['no picture', 0, 0, 'PICTURE_NO_CODE', 1],
])('a file of %s is unpacked only when it is small enough', async (_, width, height, problem, unpacked) => {
  const unpack = pictureOf(width, height);
  expect(await readPicture(new Blob(['x']), () => Promise.resolve(null))).toEqual({ problem });
  expect(unpack).toHaveBeenCalledTimes(unpacked);
});

test('a code in view is told once, again after it was out of sight, and at once when it is to be forgotten', () => {
  vi.useFakeTimers();
  const told: string[] = [];
  const seen = withoutRepeats((text) => told.push(text));
  seen.see('one');
  seen.see('one');
  seen.see('two');
  vi.advanceTimersByTime(2_000);
  seen.see('two');
  expect(told).toEqual(['one', 'two']);
  vi.advanceTimersByTime(2_501);
  seen.see('two');
  expect(told).toHaveLength(3);
  seen.see('two');
  seen.forget();
  seen.see('two');
  expect(told).toHaveLength(4);
});
