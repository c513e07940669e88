/** A picture file to the text of the code in it. Works without a camera and without permission for one. */
import { LIMITS } from '#protocol/limits.ts';
import type { ScanProblem } from './camera-problem.ts';
import type { DecodeFrame } from './code-decoder.ts';
import { createFrameGrabber } from './grab-frame.ts';

/** Codes in photos: first as much detail as is sensible, then half and a quarter, which smooths noise and moiré away. */
const PICTURE_SIDES = [3_000, 1_500, 750];

export async function readPicture(file: Blob, decode: DecodeFrame): Promise<{ readonly text: string } | { readonly problem: ScanProblem }> {
  if (file.size > LIMITS.pictureBytes) return { problem: 'PICTURE_TOO_LARGE' };
  const pixels = await pixelsOf(file);
  if (pixels > LIMITS.picturePixels) return { problem: 'PICTURE_TOO_LARGE' };
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return { problem: 'PICTURE_NO_CODE' };
  try {
    const text = await firstText(bitmap, decode);
    return text === null ? { problem: 'PICTURE_NO_CODE' } : { text };
  } finally {
    bitmap.close();
  }
}

/** Asked before the file is unpacked: an <img> that nobody draws reads only how large it is. 0 for what is no picture. */
async function pixelsOf(file: Blob): Promise<number> {
  const address = URL.createObjectURL(file);
  const image = new Image();
  const pixels = new Promise<number>((resolve) => {
    image.addEventListener('load', () => resolve(image.naturalWidth * image.naturalHeight));
    image.addEventListener('error', () => resolve(0));
  });
  image.src = address;
  return pixels.finally(() => URL.revokeObjectURL(address));
}

async function firstText(bitmap: ImageBitmap, decode: DecodeFrame): Promise<string | null> {
  const longSide = Math.max(bitmap.width, bitmap.height);
  const grab = createFrameGrabber();
  for (const [index, side] of PICTURE_SIDES.entries()) {
    if (index > 0 && side >= longSide) continue;
    const frame = grab(bitmap, side);
    const text = frame ? await decode(frame) : null;
    if (text !== null) return text;
  }
  return null;
}
