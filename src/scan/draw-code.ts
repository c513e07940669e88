/**
 * Draws a code for cameras: black on white whatever the theme, a whole number of device pixels per module, a quiet zone of four
 * modules. The canvas has one pixel a module and its CSS size enlarges it, unsmoothed (code-view.css): to find the memory for
 * a canvas as large as the code on the screen takes a slow phone a twentieth of a second.
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
  canvas.width = canvas.height = modules;
  canvas.style.width = canvas.style.height = `${(modules * modulePx) / pixelRatio}px`;
  context.putImageData(pictureOf(code, modules), 0, 0);
  return { version: code.version, modulePx };
}

const PRACTICES = 5;
/** As long as a voucher. */
const PRACTICE = 'OP1V:'.padEnd(475, 'CHIT0123456789');

/**
 * The first code of a page is drawn ten times slower than the fifth: the browser compiles for it step by step. To be called while nobody
 * waits; a tap in between is not kept waiting for more than one of them.
 */
export async function practise(): Promise<void> {
  for (let times = 0; times < PRACTICES; times++) {
    drawCode(document.createElement('canvas'), PRACTICE, { maxCssPx: 1 });
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function pictureOf(code: Code, side: number): ImageData {
  const picture = new ImageData(side, side);
  picture.data.fill(255);
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const at = 4 * ((row + QUIET_MODULES) * side + column + QUIET_MODULES);
      if (code.isDark(row, column)) picture.data.fill(0, at, at + 3);
    }
  }
  return picture;
}
