/** CRC-32 (ISO-HDLC, as in zlib): what multi-part codes notice a damaged part by. Not a hash: it proves nothing against anybody. */
import type { Bytes } from '#base/bytes.ts';

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** Big-endian. */
export function crc32Bytes(crc: number): Bytes {
  return new Uint8Array([crc >>> 24, crc >>> 16, crc >>> 8, crc]);
}
