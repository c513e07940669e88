/**
 * Bytewords in their minimal form (BCR-2020-012): each byte is the first and last letter of its word, and four bytes of CRC-32
 * close the text. For the multi-part codes of ur.ts only.
 */
import { concat, equalBytes, type Bytes } from '#base/bytes.ts';
import { crc32, crc32Bytes } from './crc32.ts';

const PAIRS =
  'aeadaoaxaaahamatayasbkbdbnbtbabsbebybgbwbbbzcmchcscfcycwcecackct' +
  'cxclcpcndkdadsdidedtdrdndwdpdmdldyeheyeoeeecenemetesftfrfnfsfmfh' +
  'fzfpfwfxfyfefgflfdgagegrgsgtglgwgdgygmgughgohfhghdhkhthphhhlhyhe' +
  'hnhsidiaieihiyioisinimjejzjnjtjljojsjpjkjykpkoktkskkknkgkekikblb' +
  'lalylflslrlplnltloldlelulklgmnmymhmemomumwmdmtmsmknlnyndnsntnnne' +
  'nboyoeotoxonolospdptpkpypspmplpepfpaprqdqzrerprlrorhrdrkrfryrnrs' +
  'rtsesasrssskswstspsosgsbsfsntotktitttdtetytltbtstptatnuyuoutueur' +
  'vtvyvovlvevwvavdvswlwdwmwpwewywswtwnwzwfwkykynylyaytzszoztzczezm';
const CRC_BYTES = 4;
const PAIR_OF: readonly string[] = PAIRS.match(/../gu) ?? [];
const BYTE_OF = new Map(PAIR_OF.map((pair, byte) => [pair, byte]));

/** Lower case. */
export function toBytewords(bytes: Bytes): string {
  return Array.from(concat(bytes, crc32Bytes(crc32(bytes))), (byte) => PAIR_OF[byte]).join('');
}

/** Of lower-case text. Null for other letters, odd lengths, and a wrong checksum. */
export function fromBytewords(text: string): Bytes | null {
  const count = text.length / 2;
  if (!Number.isInteger(count) || count < CRC_BYTES) return null;
  const all = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const byte = BYTE_OF.get(text.slice(2 * i, 2 * i + 2));
    if (byte === undefined) return null;
    all[i] = byte;
  }
  const bytes = all.slice(0, -CRC_BYTES);
  return equalBytes(all.subarray(-CRC_BYTES), crc32Bytes(crc32(bytes))) ? bytes : null;
}
