/**
 * The scan bench's page: makes frames and gives each to the shipped path (the module that stands in for html5-qrcode's
 * decoder, with its worker) and to zxing-wasm called directly. Driven by tests/bench/scan.ts.
 */
import { chooseCode } from '#scan/choose-code.ts';
import { decodeWith, Html5QrcodeShim } from '#scan/code-decoder.ts';
import { createFrameDecoder } from '#scan/frame-decoder.ts';
import { startScanner } from '#scan/scanner.ts';
import decoderUrl from '#workers/decoder.worker.ts?worker&url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { chanceFrom, RECIPES, renderFrame, toRgba, type Chance } from '../scan-frames.ts';

const WIDTH = 1_280;
const HEIGHT = 720;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export type Tally = { readonly kind: string; frames: number; shipped: number; direct: number; shippedMs: number[]; directMs: number[] };

const createWorker = () => new Worker(decoderUrl, { type: 'module' });
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

function text(chance: Chance, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(chance() * alphabet.length)]).join('');
}

/** The lengths of protocol.md section 4: a charge link, a receipt, a voucher with the widest integers (v12-L). */
const TEXTS: readonly ((chance: Chance) => string)[] = [
  (chance) => `https://pay.example.org/i#${text(chance, BASE32, 256)}`,
  (chance) => `OP1R:${text(chance, BASE45, 209)}`,
  (chance) => `OP1V:${text(chance, BASE45, 486)}`,
];

type Made = { readonly frame: ImageData; readonly text: string };

function make(kind: string, index: number, seed: number): Made {
  const chance = chanceFrom(seed);
  const recipe = RECIPES[kind]?.(chance);
  const wanted = TEXTS[index % TEXTS.length]?.(chance) ?? '';
  const symbol = chooseCode(wanted);
  if (!recipe || !symbol) throw new Error(`no frame for ${kind}`);
  return { frame: new ImageData(toRgba(renderFrame(symbol, recipe, WIDTH, HEIGHT, chance)), WIDTH, HEIGHT), text: wanted };
}

function shippedPath(): { read(frame: ImageData): Promise<string | null>; close(): void } {
  const scene = document.createElement('div');
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  scene.append(canvas);
  const decoder = createFrameDecoder({ createWorker, onBroken: () => console.error('decoder does not run') });
  decodeWith(scene, decoder.decode);
  const shim = new Html5QrcodeShim();
  const read = async (frame: ImageData) => {
    canvas.getContext('2d')?.putImageData(frame, 0, 0);
    return shim.decodeAsync(canvas).then(
      (found) => found.text,
      () => null,
    );
  };
  return { read, close: decoder.close };
}

async function readDirectly(frame: ImageData): Promise<string | null> {
  const [found] = await readBarcodes(frame, { formats: ['QRCodeModel2'], maxNumberOfSymbols: 1 });
  return found?.text ?? null;
}

/** Both paths see the same pixels, in turns, so that a noisy machine troubles both alike. */
async function compare(kind: string, count: number, seed: number): Promise<Tally> {
  const tally: Tally = { kind, frames: 0, shipped: 0, direct: 0, shippedMs: [], directMs: [] };
  const shipped = shippedPath();
  const warm = make('plain', 0, seed);
  await shipped.read(warm.frame);
  await readDirectly(warm.frame);
  for (let index = 0; index < count; index++) {
    const made = make(kind, index, seed + index * 7_919);
    tally.frames += 1;
    let start = performance.now();
    tally.shipped += (await shipped.read(made.frame)) === made.text ? 1 : 0;
    tally.shippedMs.push(performance.now() - start);
    start = performance.now();
    tally.direct += (await readDirectly(made.frame)) === made.text ? 1 : 0;
    tally.directMs.push(performance.now() - start);
  }
  shipped.close();
  return tally;
}

/** The whole way: html5-qrcode opens a camera that shows one frame; time until the text is out. */
async function live(seed: number): Promise<{ readonly text: boolean; readonly ms: number }> {
  const made = make('rotated', 0, seed);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext('2d');
  const timer = setInterval(() => context?.putImageData(made.frame, 0, 0), 50);
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(20));
  const container = document.getElementById('scene');
  if (!container) throw new Error('no scene');
  const start = performance.now();
  const found = await new Promise<string | null>((resolve) => {
    setTimeout(() => resolve(null), 15_000);
    const onProblem = (problem: string) => resolve(`problem ${problem}`);
    void startScanner(container, { createWorker, onText: resolve, onProblem, onReady: () => undefined }).then((scanner) => {
      stopLive = () => scanner.stop();
    });
  });
  const ms = performance.now() - start;
  clearInterval(timer);
  await stopLive?.();
  if (found !== made.text) console.error(`live scan gave ${found}`);
  return { text: found === made.text, ms };
}
let stopLive: (() => Promise<void>) | null = null;

const bench = { kinds: Object.keys(RECIPES), compare, live };
export type ScanBench = typeof bench;
Object.assign(window, { scanBench: bench });
