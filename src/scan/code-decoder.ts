/**
 * Stands in for html5-qrcode's own `code-decoder` module (the bundler swaps it; see vite.config.ts). html5-qrcode keeps the
 * camera; the pixels go to our decoder. It hands over a canvas in CSS pixels, a quarter of what the camera saw, so the full
 * frame is taken from the video beside that canvas instead.
 * The class name and the two methods are html5-qrcode 2.3.8's: keep them.
 */
import type { QrcodeResult } from 'html5-qrcode/esm/core.js';
import { createFrameGrabber } from './grab-frame.ts';

export type DecodeFrame = (frame: ImageData) => Promise<string | null>;

const decoders = new WeakMap<Element, DecodeFrame>();

/** Who decodes what html5-qrcode shows inside `element`. */
export function decodeWith(element: Element, decode: DecodeFrame): void {
  decoders.set(element, decode);
}

export class Html5QrcodeShim {
  readonly #grab = createFrameGrabber();

  async decodeAsync(canvas: HTMLCanvasElement): Promise<QrcodeResult> {
    const element = canvas.parentElement;
    const decode = element ? decoders.get(element) : undefined;
    const frame = decode ? this.#grab(element?.querySelector('video') ?? canvas) : null;
    const text = decode && frame ? await decode(frame) : null;
    if (text === null) throw new Error('no code in this frame');
    return { text };
  }

  decodeRobustlyAsync(canvas: HTMLCanvasElement): Promise<QrcodeResult> {
    return this.decodeAsync(canvas);
  }
}
