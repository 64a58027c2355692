import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestNames } from '../../../src-main/engine/providers/nearest-names.ts';

const names = ['llama3.2:latest', 'llama3.2:1b', 'qwen3:8b', 'openai/gpt-4o', 'gpt-4o', 'gpt-4o-mini', 'mistral-small'];

describe('nearestNames', () => {
  it('puts names that begin with the wanted one first, shortest first', () => {
    expect(nearestNames('llama3', names, 3)).toEqual(['llama3.2:1b', 'llama3.2:latest']);
  });

  it('goes on with names that contain it or are contained in it', () => {
    expect(nearestNames('gpt-4o', names, 9)).toEqual(['gpt-4o', 'gpt-4o-mini', 'openai/gpt-4o']);
    expect(nearestNames('gpt-4o-2024-08-06', names, 1)).toEqual(['gpt-4o']);
  });

  it('ends with names that differ by few letters', () => {
    expect(nearestNames('mistrel-smal', names, 2)).toEqual(['mistral-small']);
    expect(nearestNames('QWEN3:7B', names, 2)).toEqual(['qwen3:8b']);
  });

  it('leaves the tag out of account when none is wanted', () => {
    expect(nearestNames('lama3.2', names, 1)).toEqual(['llama3.2:1b']);
    expect(nearestNames('tinny', ['tiny:latest'], 1)).toEqual(['tiny:latest']);
  });

  it('offers nothing that is not alike', () => {
    expect(nearestNames('zzzzzz', names, 5)).toEqual([]);
    expect(nearestNames('', names, 5)).toEqual([]);
  });

  it('gives no more than asked for, and only names that exist', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.nat(5), (wanted, known, count) => {
        const near = nearestNames(wanted, known, count);
        expect(near.length).toBeLessThanOrEqual(count);
        expect(near.every((name) => known.includes(name))).toBe(true);
      }),
    );
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
  ])('between %j and %j is %i', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
  });

  it('is a metric', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
