/**
 * Camera frames of a code on a screen, made from a seed: perspective, rotation, blur, noise, shading, low light, and the
 * screen's own pixel grid that beats against the sensor's (moiré). Pure arithmetic, so that a seed gives the same frames
 * everywhere. Not a phone: figures from here compare decoders, they do not predict a shop.
 */
export type Chance = () => number;

export type FrameRecipe = {
  readonly kind: string;
  readonly pxPerModule: number;
  readonly rotationDeg: number;
  /** How much farther one edge of the code is than the other, 0 to 0.5. */
  readonly tilt: number;
  readonly blurSigma: number;
  readonly noiseSigma: number;
  readonly black: number;
  readonly white: number;
  /** Darkening across the frame, 0 to 1. */
  readonly shading: number;
  /** Depth of the screen's pixel grid, 0 to 1; its pitch in camera pixels. */
  readonly gridDepth: number;
  readonly gridPitch: number;
};

export type Symbol = { readonly size: number; isDark(row: number, column: number): boolean };
export type Frame = { readonly width: number; readonly height: number; readonly gray: Float32Array };

const BACKGROUND = 0.55;
const QUIET = 4;
const SUPERSAMPLES = [0.25, 0.75];

/** mulberry32. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function between(chance: Chance, low: number, high: number): number {
  return low + (high - low) * chance();
}

const PLAIN = { rotationDeg: 0, tilt: 0.02, blurSigma: 0.5, noiseSigma: 3, black: 30, white: 220, shading: 0.1, gridDepth: 0, gridPitch: 3 };

/** One difficulty a kind, at the pixels per module a phone at arm's length gives; `hard` mixes them all. */
export const RECIPES: Readonly<Record<string, (chance: Chance) => FrameRecipe>> = {
  plain: (c) => ({ ...PLAIN, kind: 'plain', pxPerModule: between(c, 3, 6) }),
  rotated: (c) => ({ ...PLAIN, kind: 'rotated', pxPerModule: between(c, 3, 5), rotationDeg: between(c, -180, 180) }),
  tilted: (c) => ({ ...PLAIN, kind: 'tilted', pxPerModule: between(c, 3.5, 5), rotationDeg: between(c, -20, 20), tilt: between(c, 0.1, 0.35) }),
  blurred: (c) => ({ ...PLAIN, kind: 'blurred', pxPerModule: between(c, 3.5, 5), rotationDeg: between(c, -10, 10), blurSigma: between(c, 0.8, 1.7) }),
  noisy: (c) => ({ ...PLAIN, kind: 'noisy', pxPerModule: between(c, 3, 5), rotationDeg: between(c, -10, 10), noiseSigma: between(c, 8, 30) }),
  dark: (c) => ({ ...PLAIN, kind: 'dark', pxPerModule: between(c, 3, 5), rotationDeg: between(c, -10, 10), black: 12, white: between(c, 40, 80), noiseSigma: between(c, 4, 9), shading: 0.4 }),
  grid: (c) => ({ ...PLAIN, kind: 'grid', pxPerModule: between(c, 3, 5), rotationDeg: between(c, -12, 12), gridDepth: between(c, 0.15, 0.5), gridPitch: between(c, 0.7, 1.7) }),
  hard: (c) => ({
    kind: 'hard',
    pxPerModule: between(c, 3, 4.5),
    rotationDeg: between(c, -45, 45),
    tilt: between(c, 0.05, 0.25),
    blurSigma: between(c, 0.7, 1.3),
    noiseSigma: between(c, 4, 14),
    black: between(c, 20, 60),
    white: between(c, 110, 210),
    shading: between(c, 0.1, 0.6),
    gridDepth: between(c, 0, 0.3),
    gridPitch: between(c, 0.7, 1.7),
  }),
};

export function renderFrame(symbol: Symbol, recipe: FrameRecipe, width: number, height: number, chance: Chance): Frame {
  const gray = new Float32Array(width * height);
  const toCode = inverseView(symbol, recipe, width, height, chance);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) gray[y * width + x] = sampleScene(symbol, toCode, x, y);
  light(gray, width, recipe, chance);
  const soft = blur(gray, width, height, recipe.blurSigma);
  for (let i = 0; i < soft.length; i++) soft[i] = Math.max(0, Math.min(255, Math.round((soft[i] ?? 0) + recipe.noiseSigma * normal(chance))));
  return { width, height, gray: soft };
}

export function toRgba(frame: Frame): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(frame.gray.length * 4);
  for (let i = 0; i < frame.gray.length; i++) rgba.fill(frame.gray[i] ?? 0, 4 * i, 4 * i + 3);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return rgba;
}

type Point = readonly [number, number];
type ToCode = (x: number, y: number) => Point;

/** From a pixel of the frame to modules of the code: shift, turn, and a perspective divide along a random direction. */
function inverseView(symbol: Symbol, recipe: FrameRecipe, width: number, height: number, chance: Chance): ToCode {
  const turn = (recipe.rotationDeg * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const sidePx = symbol.size * recipe.pxPerModule;
  const lean = 2 * Math.PI * chance();
  const [px, py] = [(Math.cos(lean) * recipe.tilt) / sidePx, (Math.sin(lean) * recipe.tilt) / sidePx];
  const slack = Math.max(0, (height - sidePx * 1.5) / 2);
  const [cx, cy] = [width / 2 + between(chance, -slack, slack), height / 2 + between(chance, -slack, slack) * 0.5];
  return (x, y) => {
    const [dx, dy] = [x - cx, y - cy];
    const depth = 1 + px * dx + py * dy;
    const [u, v] = [(cos * dx + sin * dy) / depth, (-sin * dx + cos * dy) / depth];
    return [u / recipe.pxPerModule + symbol.size / 2, v / recipe.pxPerModule + symbol.size / 2];
  };
}

/** 0 is black, 1 is white; averaged over four points of the pixel, but for the table around the code, which has no edges. */
function sampleScene(symbol: Symbol, toCode: ToCode, x: number, y: number): number {
  const [u, v] = toCode(x + 0.5, y + 0.5);
  const clear = QUIET + 1;
  if (u < -clear || v < -clear || u > symbol.size + clear || v > symbol.size + clear) return reflectance(symbol, u, v);
  let sum = 0;
  for (const dy of SUPERSAMPLES) {
    for (const dx of SUPERSAMPLES) {
      sum += reflectance(symbol, ...toCode(x + dx, y + dy));
    }
  }
  return sum / 4;
}

function reflectance(symbol: Symbol, u: number, v: number): number {
  const edge = symbol.size + QUIET;
  if (u < -QUIET || v < -QUIET || u >= edge || v >= edge) return BACKGROUND + 0.12 * Math.sin(u * 0.7) * Math.cos(v * 0.5);
  if (u < 0 || v < 0 || u >= symbol.size || v >= symbol.size) return 1;
  return symbol.isDark(Math.floor(v), Math.floor(u)) ? 0 : 1;
}

function light(gray: Float32Array, width: number, recipe: FrameRecipe, chance: Chance): void {
  const height = gray.length / width;
  const [phaseX, phaseY, fall] = [chance() * 7, chance() * 7, 2 * Math.PI * chance()];
  const wave = (2 * Math.PI) / recipe.gridPitch;
  for (let i = 0; i < gray.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const grid = 1 - (recipe.gridDepth / 4) * (2 + Math.sin(wave * x + phaseX) + Math.sin(wave * y * 1.03 + phaseY));
    const across = 0.5 + 0.5 * ((Math.cos(fall) * (x - width / 2)) / width + (Math.sin(fall) * (y - height / 2)) / height);
    const lit = recipe.black + (recipe.white - recipe.black) * (gray[i] ?? 0) * grid;
    gray[i] = lit * (1 - recipe.shading * across);
  }
}

function blur(gray: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const radius = Math.ceil(sigma * 3);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = kernel.map((weight) => weight / total);
  return along(along(gray, weights, width, height, 1, width), weights, height, width, width, 1);
}

/** One pass of a separable kernel over `lines` lines of `length` samples; edges are repeated. */
function along(from: Float32Array, weights: readonly number[], length: number, lines: number, step: number, lineStep: number): Float32Array {
  const out = new Float32Array(from.length);
  const radius = (weights.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) {
        const near = Math.max(0, Math.min(length - 1, at + k));
        sum += (weights[k + radius] ?? 0) * (from[line * lineStep + near * step] ?? 0);
      }
      out[line * lineStep + at * step] = sum;
    }
  }
  return out;
}

function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
