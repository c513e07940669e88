/**
 * A camera for a phone that has none: what it sees is a canvas on which the other phone's code is drawn, held a little askew,
 * with grain and uneven light. It stands behind getUserMedia, so the scanner, html5-qrcode and the decoder run as they would.
 * Demo build only. It shows what it is given and decides nothing.
 */
import { chooseCode, type Code } from '#scan/choose-code.ts';

export type VirtualCamera = { see(text: string | null): void };

const WIDTH = 720;
const HEIGHT = 1_280;
const FRAMES_PER_SECOND = 15;
const TILT = 0.07;
const GRAIN_TILE = 128;
const QUIET_MODULES = 4;

/** Takes the place of the device's cameras for this page. */
export function installVirtualCamera(devices: MediaDevices): VirtualCamera {
  let code: Code | null = null;
  Object.defineProperties(devices, {
    getUserMedia: { value: () => Promise.resolve(openStream(() => code)) },
    enumerateDevices: { value: () => Promise.resolve([]) },
  });
  return {
    see(text) {
      code = text === null ? null : chooseCode(text);
    },
  };
}

function openStream(codeNow: () => Code | null): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  const [track] = stream.getVideoTracks();
  const grain = grainTile();
  const draw = () => {
    if (track?.readyState !== 'live') return clearInterval(timer);
    if (context) drawScene(context, codeNow(), grain, performance.now() / 1_000);
  };
  const timer = setInterval(draw, 1_000 / FRAMES_PER_SECOND);
  draw();
  return stream;
}

function drawScene(context: CanvasRenderingContext2D, code: Code | null, grain: HTMLCanvasElement, seconds: number): void {
  drawCounter(context);
  context.save();
  // A hand is never quite still.
  context.translate(WIDTH / 2 + 8 * Math.sin(seconds * 1.1), HEIGHT / 2 + 10 * Math.cos(seconds * 0.8));
  context.rotate(TILT + 0.015 * Math.sin(seconds * 0.9));
  context.transform(1, 0.02, -0.035, 0.97, 0, 0);
  drawPhone(context, code);
  context.restore();
  drawLight(context);
  drawGrain(context, grain);
}

function drawCounter(context: CanvasRenderingContext2D): void {
  const wood = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  wood.addColorStop(0, '#8a6a4a');
  wood.addColorStop(0.5, '#a07d58');
  wood.addColorStop(1, '#6f5339');
  context.fillStyle = wood;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = 'rgb(60 40 20 / 18%)';
  for (let y = 0; y < HEIGHT; y += 96) context.fillRect(0, y, WIDTH, 3);
}

const SCREEN = { width: 540, height: 940, bezel: 18, radius: 44 };

function drawPhone(context: CanvasRenderingContext2D, code: Code | null): void {
  const { width, height, bezel, radius } = SCREEN;
  context.fillStyle = '#191816';
  context.beginPath();
  context.roundRect(-width / 2 - bezel, -height / 2 - bezel, width + 2 * bezel, height + 2 * bezel, radius + bezel);
  context.fill();
  context.fillStyle = code ? '#fbf8f2' : '#2a2824';
  context.beginPath();
  context.roundRect(-width / 2, -height / 2, width, height, radius);
  context.fill();
  context.fillStyle = '#1c1b19';
  if (code) context.fillRect(-width / 2 + radius, -height / 2 + 40, width - 2 * radius, 26);
  if (code) drawModules(context, code, width - 40);
}

function drawModules(context: CanvasRenderingContext2D, code: Code, side: number): void {
  const modulePx = side / (code.size + 2 * QUIET_MODULES);
  const start = -(code.size * modulePx) / 2;
  context.fillStyle = '#fff';
  context.fillRect(-side / 2, -side / 2, side, side);
  context.fillStyle = '#121110';
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      if (code.isDark(row, column)) context.fillRect(start + column * modulePx, start + row * modulePx, modulePx + 0.4, modulePx + 0.4);
    }
  }
}

function drawLight(context: CanvasRenderingContext2D): void {
  const light = context.createRadialGradient(WIDTH * 0.35, HEIGHT * 0.3, 80, WIDTH / 2, HEIGHT / 2, HEIGHT * 0.7);
  light.addColorStop(0, 'rgb(255 250 235 / 8%)');
  light.addColorStop(1, 'rgb(20 12 4 / 42%)');
  context.fillStyle = light;
  context.fillRect(0, 0, WIDTH, HEIGHT);
}

function drawGrain(context: CanvasRenderingContext2D, tile: HTMLCanvasElement): void {
  const shift = () => -Math.floor(Math.random() * GRAIN_TILE);
  const [left, top] = [shift(), shift()];
  for (let y = top; y < HEIGHT; y += GRAIN_TILE) for (let x = left; x < WIDTH; x += GRAIN_TILE) context.drawImage(tile, x, y);
}

function grainTile(): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = tile.height = GRAIN_TILE;
  const pixels = new ImageData(GRAIN_TILE, GRAIN_TILE);
  for (let i = 0; i < pixels.data.length; i += 4) {
    pixels.data.fill(Math.random() < 0.5 ? 0 : 255, i, i + 3);
    pixels.data[i + 3] = Math.floor(Math.random() * 34);
  }
  tile.getContext('2d')?.putImageData(pixels, 0, 0);
  return tile;
}
