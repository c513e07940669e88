/** What is made once: answers of a function of one text, and parts of the wallet. */
import { describe, expect, it } from 'vitest';
import { remembering } from '#base/remember.ts';
import { load, later } from '#wallet/later.ts';

describe('remembering', () => {
  it('makes an answer once, and gives each text its own', () => {
    const made: string[] = [];
    const upper = remembering(4, (text) => {
      made.push(text);
      return text.toUpperCase();
    });
    expect(['a', 'b', 'a', 'b', 'a'].map(upper)).toEqual(['A', 'B', 'A', 'B', 'A']);
    expect(made).toEqual(['a', 'b']);
  });

  it('keeps no more than it may', () => {
    let made = 0;
    const count = remembering(2, () => ++made);
    for (const text of ['a', 'b', 'c', 'c', 'b', 'a']) count(text);
    // a and b are gone when c comes, b and c when a comes again.
    expect(made).toBe(5);
  });

  it('keeps nothing of what could not be made', () => {
    let broken = true;
    const read = remembering(2, (text) => {
      if (broken) throw new Error('broken');
      return text;
    });
    expect(() => read('a')).toThrow('broken');
    broken = false;
    expect(read('a')).toBe('a');
  });
});

describe('a part', () => {
  it('is read once, also by two who ask at the same time', async () => {
    let reads = 0;
    const wanted = later(async () => ({ number: ++reads }));
    const [one, two] = await Promise.all([load(wanted), load(wanted)]);
    expect([one, two, await load(wanted)]).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  });

  it('is asked for again when it could not be read', async () => {
    let reads = 0;
    const wanted = later(async () => {
      reads += 1;
      if (reads === 1) throw new TypeError('not there');
      return 'there';
    });
    expect([await load(wanted), await load(wanted), await load(wanted)]).toEqual([null, 'there', 'there']);
    expect(reads).toBe(2);
  });
});
