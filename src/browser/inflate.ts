/** ZLIB unpacking by the browser itself. Ends at its bound: what a list unpacks to is not known before. */
import { concat, type Bytes } from '#base/bytes.ts';
import type { Unpacking } from '#protocol/status-list.ts';

export const browserUnpacking: Unpacking = {
  async inflate(packed, maxBytes) {
    try {
      return await readUpTo(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')), maxBytes);
    } catch {
      return null;
    }
  },
};

async function readUpTo(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Bytes | null> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    total += part.value.length;
    if (total > maxBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  return concat(...chunks);
}
