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

function paint(context: CanvasRenderingContext2D, code: Code, modulePx: number): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.fillStyle = '#000';
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      if (code.isDark(row, column)) context.fillRect((column + QUIET_MODULES) * modulePx, (row + QUIET_MODULES) * modulePx, modulePx, modulePx);
    }
  }
}
