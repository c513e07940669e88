/** Reads the PNGs that browsers write as screenshots (8 bits, not interlaced) as brightness, and nothing else. */
import { inflateSync } from 'node:zlib';

export type Picture = { readonly width: number; readonly height: number; /** One byte a pixel, 0 black to 255 white. */ readonly light: Uint8Array };

const CHANNELS = new Map([[0, 1], [2, 3], [4, 2], [6, 4]]);

export function readPng(png: Buffer): Picture {
  const data: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (name === 'IHDR') {
      [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), CHANNELS.get(body[9] ?? -1) ?? 0];
      if (body[8] !== 8 || channels === 0 || body[12] !== 0) throw new Error('a screenshot is an 8-bit PNG');
    }
    if (name === 'IDAT') data.push(body);
    at += 12 + length;
  }
  return brightness(unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels), width, height, channels);
}

function unfilter(raw: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? (out[y * stride + x - channels] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * stride + x] ?? 0) : 0;
      const corner = y > 0 && x >= channels ? (out[(y - 1) * stride + x - channels] ?? 0) : 0;
      out[y * stride + x] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0: return 0;
    case 1: return left;
    case 2: return up;
    case 3: return (left + up) >> 1;
    case 4: return paeth(left, up, corner);
    default: throw new Error(`PNG filter ${filter}`);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [dl, du, dc] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (dl <= du && dl <= dc) return left;
  return du <= dc ? up : corner;
}

function brightness(pixels: Uint8Array, width: number, height: number, channels: number): Picture {
  const light = new Uint8Array(width * height);
  const colour = channels >= 3;
  for (let i = 0; i < light.length; i++) {
    const [r = 0, g = 0, b = 0] = colour ? pixels.subarray(i * channels, i * channels + 3) : Array(3).fill(pixels[i * channels]);
    light[i] = (r * 299 + g * 587 + b * 114) / 1000;
  }
  return { width, height, light };
}
