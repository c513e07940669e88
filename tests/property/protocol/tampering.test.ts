/** Every bit flip and every truncation of every object: no reader throws, and nothing that differs from the original is accepted. */
import { describe, expect, it } from 'vitest';
import { concat } from '#base/bytes.ts';
import { KINDS } from '../../fixtures/protocol-kinds.ts';

// A loaded machine may take its time: thousands of signatures are checked.
describe.each(KINDS)('$name', { timeout: 60_000 }, ({ golden, accepts }) => {
  it('is accepted as it is', async () => {
    expect(await accepts(golden)).toBe(true);
  });
  it('case 70: is refused with any bit flipped', async () => {
    for (let bit = 0; bit < golden.length * 8; bit++) {
      const flipped = golden.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await accepts(flipped), `bit ${bit}`).toBe(false);
    }
  });
  it('is refused cut off anywhere', async () => {
    for (let length = 0; length < golden.length; length++) {
      expect(await accepts(golden.slice(0, length)), `first ${length}`).toBe(false);
      expect(await accepts(golden.slice(golden.length - length)), `last ${length}`).toBe(false);
    }
  });
  it('is refused with anything after it', async () => {
    for (let byte = 0; byte < 256; byte++) expect(await accepts(concat(golden, new Uint8Array([byte])))).toBe(false);
  });
});
