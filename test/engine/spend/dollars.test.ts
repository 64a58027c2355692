import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNanoUsd, toNanoUsd } from '../../../src-main/engine/spend/dollars.ts';

test.each([
  [0, '$0.00'],
  [1, 'less than $0.000001'],
  [1_500, '$0.000002'],
  [2_340_000, '$0.00234'],
  [10_000_000, '$0.01'],
  [12_340_000, '$0.0123'],
  [1_000_000_000, '$1.00'],
  [1_999_000_000, '$2.00'],
  [-250_000_000, '-$0.25'],
])('%d nano-dollars are %s', (nanoUsd, text) => {
  expect(formatNanoUsd(nanoUsd)).toBe(text);
});

test('dollars as settings have them are whole nano-dollars', () => {
  expect([toNanoUsd(1.1), toNanoUsd(0.01), toNanoUsd(20)]).toEqual([1_100_000_000, 10_000_000, 20_000_000_000]);
  fc.assert(
    fc.property(fc.nat(100_000_000), (cents) => {
      expect(toNanoUsd(cents / 100)).toBe(cents * 10_000_000);
    }),
  );
});
