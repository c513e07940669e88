/** ZLIB for status lists, by Node. Never unpacks more than it is allowed to return. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Packing } from '#protocol/status-list.ts';

const BEST = 9;

export const zlibPacking: Packing = {
  deflate: (plain) => new Uint8Array(deflateSync(plain, { level: BEST })),
  inflate(packed, maxBytes) {
    try {
      return new Uint8Array(inflateSync(packed, { maxOutputLength: Math.max(1, maxBytes) }));
    } catch {
      return null;
    }
  },
};
