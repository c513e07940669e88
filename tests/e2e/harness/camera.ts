/**
 * A camera made of a file: Chromium plays a y4m picture over and over, and overwriting the file in place changes what a
 * running stream sees. So one browser's screenshot becomes the other's view.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from './png.ts';
import { readPng } from './png.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const HEAD = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n`);
const GREY = 128;
const WALL = 96;

export type Camera = {
  readonly path: string;
  /** A screenshot held in front of it. */
  see(png: Buffer): void;
  /** Nothing but a wall. */
  seeNothing(): void;
};

export function createCamera(folder: string): Camera {
  const path = join(folder, 'camera.y4m');
  writeFileSync(path, Buffer.concat([HEAD, frameOf(null)]));
  const show = (frame: Buffer): void => {
    const file = openSync(path, 'r+');
    writeSync(file, frame, 0, frame.length, HEAD.length);
    closeSync(file);
  };
  return { path, see: (png) => show(frameOf(readPng(png))), seeNothing: () => show(frameOf(null)) };
}

/** The picture in the middle of a grey wall, shrunk by whole steps when it is larger than the sensor. */
function frameOf(picture: Picture | null): Buffer {
  const frame = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, GREY);
  frame.fill(WALL, 0, WIDTH * HEIGHT);
  if (picture === null) return frame;
  const step = Math.max(picture.width / WIDTH, picture.height / HEIGHT, 1);
  const [width, height] = [Math.floor(picture.width / step), Math.floor(picture.height / step)];
  const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = picture.light[Math.floor(y * step) * picture.width + Math.floor(x * step)] ?? 0;
      frame[(top + y) * WIDTH + left + x] = light;
    }
  }
  return frame;
}
