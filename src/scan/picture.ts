/** A picture file to the text of the code in it. Works without a camera and without permission for one. */
import { LIMITS } from '#protocol/limits.ts';
import type { ScanProblem } from './camera-problem.ts';
import type { DecodeFrame } from './code-decoder.ts';
import { createFrameGrabber } from './grab-frame.ts';

/** Codes in photos: first as much detail as is sensible, then half and a quarter, which smooths noise and moiré away. */
const PICTURE_SIDES = [3_000, 1_500, 750];

export async function readPicture(file: Blob, decode: DecodeFrame): Promise<{ readonly text: string } | { readonly problem: ScanProblem }> {
  if (file.size > LIMITS.pictureBytes) return { problem: 'PICTURE_TOO_LARGE' };
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return { problem: 'PICTURE_NO_CODE' };
  try {
    if (bitmap.width * bitmap.height > LIMITS.picturePixels) return { problem: 'PICTURE_TOO_LARGE' };
    const text = await firstText(bitmap, decode);
    return text === null ? { problem: 'PICTURE_NO_CODE' } : { text };
  } finally {
    bitmap.close();
  }
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
