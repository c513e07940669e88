/**
 * Draws a code for cameras: black on white whatever the theme, a whole number of device pixels per module, a quiet zone of
 * four modules. Never scaled afterwards: the canvas's CSS size is its pixel size divided by the device pixel ratio.
 */
import { chooseCode, type Code } from './choose-code.ts';

export type DrawnCode = { readonly version: number; /** Device pixels. */ readonly modulePx: number };

const QUIET_MODULES = 4;

/** Null when the text fits no code. */
export function drawCode(canvas: HTMLCanvasElement, text: string, room: { readonly maxCssPx: number }): DrawnCode | null {
  const code = chooseCode(text);
  const context = canvas.getContext('2d');
  if (!code || !context) return null;
  const pixelRatio = window.devicePixelRatio || 1;
  const modules = code.size + 2 * QUIET_MODULES;
  const modulePx = Math.max(1, Math.floor((room.maxCssPx * pixelRatio) / modules));
  canvas.width = canvas.height = modules * modulePx;
  canvas.style.width = canvas.style.height = `${canvas.width / pixelRatio}px`;
  paint(context, code, modulePx);
  return { version: code.version, modulePx };
}

/** As long as a voucher. */
const PRACTICE = 'OP1V:'.padEnd(475, 'CHIT0123456789');

/** The first code of a page is drawn many times slower than the second: the browser has not compiled for it yet. To be called while nobody waits. */
export function practise(): void {
  drawCode(document.createElement('canvas'), PRACTICE, { maxCssPx: 1 });
}

/** Opaque, in either order of a pixel's bytes. */
const WHITE = 0xffffffff;
const BLACK = new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0] ?? 0;

/** As pixels, in one piece: some thousand small rectangles would each be noted down first, and a customer waits. */
function paint(context: CanvasRenderingContext2D, code: Code, modulePx: number): void {
  const side = context.canvas.width;
  const picture = context.createImageData(side, side);
  const pixels = new Uint32Array(picture.data.buffer).fill(WHITE);
  for (let row = 0; row < code.size; row++) {
    const line = (row + QUIET_MODULES) * modulePx * side;
    for (let column = 0; column < code.size; column++) {
      const left = line + (column + QUIET_MODULES) * modulePx;
      if (code.isDark(row, column)) pixels.fill(BLACK, left, left + modulePx);
    }
    for (let copy = 1; copy < modulePx; copy++) pixels.copyWithin(line + copy * side, line, line + side);
  }
  context.putImageData(picture, 0, 0);
}
