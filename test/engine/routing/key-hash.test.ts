import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyHash } from '../../../src-main/engine/routing/key-hash.ts';

function hashOf(...texts: string[]): string {
  const hash = new KeyHash();
  for (const text of texts) hash.add(text);
  return hash.toString();
}

function flipBit(text: string, { at, bit }: { at: number; bit: number }): string {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
}

describe('the hash of a key', () => {
  test('has sixteen hexadecimal digits, the same for the same texts', () => {
    for (const texts of [[], [''], ['a'], ['System.', 'Wie geht’s? 你好']]) {
      expect(hashOf(...texts)).toMatch(/^[0-9a-f]{16}$/);
      expect(hashOf(...texts)).toBe(hashOf(...texts));
    }
  });

  test('tells texts apart by where they end', () => {
    const cuts = [['abcdefgh'], ['', 'abcdefgh'], ['abcdefgh', ''], ['abcd', 'efgh'], ['abc', 'defgh'], ['abcdefgh\0']];
    expect(new Set(cuts.map((texts) => hashOf(...texts))).size).toBe(cuts.length);
    const zeros = Array.from({ length: 50 }, (_, length) => hashOf('\0'.repeat(length)));
    expect(new Set(zeros).size).toBe(zeros.length);
  });

  test('reads the first two thousand characters of each text', () => {
    const text = 'y'.repeat(1_999);
    expect(hashOf(`${text}a`)).not.toBe(hashOf(`${text}b`));
    expect(hashOf(`${text}ya`, 'z')).toBe(hashOf(`${text}yb`, 'z'));
  });

  test('changes half of its bits with any bit of any text', () => {
    const text = 'Answer in at most three sentences, 1.';
    const before = BigInt(`0x${hashOf(text, 'opening')}`);
    const flips = new Array<number>(64).fill(0);
    let trials = 0;
    for (let at = 0; at < text.length; at++) {
      for (let bit = 0; bit < 16; bit++) {
        const changed = before ^ BigInt(`0x${hashOf(flipBit(text, { at, bit }), 'opening')}`);
        for (let place = 0; place < 64; place++)
          if ((changed >> BigInt(place)) & 1n) flips[place] = (flips[place] ?? 0) + 1;
        trials += 1;
      }
    }
    // 592 trials: six standard deviations are 0.12.
    for (const count of flips) expect(Math.abs(count / trials - 0.5)).toBeLessThan(0.13);
  });

  test('spreads texts that hardly differ, in each of its halves', () => {
    const count = 50_000;
    const keys = Array.from({ length: count }, (_, at) => hashOf('You help.', `Question ${at}`, `${at % 7}`));
    expect(new Set(keys).size).toBe(count);
    for (const half of [0, 8]) {
      // Of 32 bits 0.3 are expected to meet by chance.
      expect(count - new Set(keys.map((key) => key.slice(half, half + 8))).size).toBeLessThan(6);
    }
  });

  test('is different for different texts', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\uffff'), maxLength: 9 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(hashOf(...one) === hashOf(...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });
});
