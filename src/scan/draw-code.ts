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

const PRACTICES = 2;
/** As long as a voucher. */
const PRACTICE = 'OP1V:'.padEnd(475, 'CHIT0123456789');

/** The first code of a page is drawn many times slower than the second: the browser has not compiled for it yet. To be called while nobody waits. */
export function practise(): void {
  for (let times = 0; times < PRACTICES; times++) drawCode(document.createElement('canvas'), PRACTICE, { maxCssPx: 1 });
}

/** Whole runs of dark modules: half the strokes, and a customer waits. Quicker than pixels put in one piece, which are copied on the spot. */
function paint(context: CanvasRenderingContext2D, code: Code, modulePx: number): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.fillStyle = '#000';
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const start = column;
      while (column < code.size && code.isDark(row, column)) column++;
      if (column > start) context.fillRect((start + QUIET_MODULES) * modulePx, (row + QUIET_MODULES) * modulePx, (column - start) * modulePx, modulePx);
    }
  }
}
