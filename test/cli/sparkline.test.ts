import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline, speaksUnicode } from '../../src-main/cli/sparkline.ts';

test('has a sign for each value, the highest at the top and nothing as a blank', () => {
  expect(sparkline([0, 1, 4, 8], { unicode: true })).toBe(' ▂▅█');
  expect(sparkline([0, 1, 4, 8], { unicode: false })).toBe(' .+@');
});

test('has the lowest block for what is far below the highest', () => {
  expect(sparkline([1, 1e9], { unicode: true })).toBe('▁█');
});

test('of nothing is blank', () => {
  expect(sparkline([0, 0, 0], { unicode: true })).toBe('   ');
  expect(sparkline([], { unicode: true })).toBe('');
});

test('is as long as its values, rises with them, and is ASCII where it has to be', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (values) => {
      const signs = Array.from(sparkline(values, { unicode: true }));
      expect(signs).toHaveLength(values.length);
      const order = ' ▁▂▃▄▅▆▇█';
      values.forEach((value, index) => {
        const next = values[index + 1] ?? Infinity;
        const [own, following] = [order.indexOf(signs[index] ?? ''), order.indexOf(signs[index + 1] ?? '█')];
        if (value <= next) expect(own).toBeLessThanOrEqual(following);
      });
      expect(sparkline(values, { unicode: false })).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test.each([
  [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
  [{ LANG: 'de_DE.utf8' }, 'linux', true],
  [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, 'linux', false],
  [{ LC_ALL: '', LANG: 'en_GB.UTF-8' }, 'linux', true],
  [{}, 'linux', false],
  [{}, 'darwin', true],
  [{ LANG: 'C' }, 'darwin', false],
  [{}, 'win32', false],
  [{ WT_SESSION: 'x' }, 'win32', true],
])('with %j on %s Unicode is understood: %s', (environment, platform, expected) => {
  expect(speaksUnicode(environment, platform)).toBe(expected);
});
