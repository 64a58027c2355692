import { describe, expect, it } from 'vitest';
import { formatMoney, formatUsd } from '../../src-renderer/format/money.ts';
import { formatBytes, formatCount, formatEnergy, formatShare, formatSpeed } from '../../src-renderer/format/number.ts';
import { formatDuration, formatMoment } from '../../src-renderer/format/time.ts';
import { plural } from '../../src-renderer/strings/plural.ts';

describe('figures', () => {
  it.each([
    [0, '$0.00'],
    [1_234_560_000_000, '$1,234.56'],
    [420_000_000, '$0.42'],
    [4_200_000, '$0.0042'],
    [831_000, '$0.00083'],
    [1_300, '$0.0000013'],
    [12, 'under $0.000001'],
    [-4_200_000, '-$0.0042'],
  ])('%d nano-dollars are %s', (nanoUsd, text) => {
    expect(formatMoney(nanoUsd)).toBe(text);
  });

  it('takes dollars where settings hold dollars', () => {
    expect(formatUsd(0.01)).toBe('$0.01');
  });

  it.each([
    [0.4, '0.4 ms'],
    [840, '840 ms'],
    [2_400, '2.4 s'],
    [42_000, '42 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [3_600_000, '1 h'],
    [356_400_000, '4 d 3 h'],
  ])('%d ms are %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('leaves the day out of a moment of today', () => {
    const noon = new Date(2026, 2, 4, 12, 30, 15).getTime();
    expect(formatMoment(noon, noon + 1_000)).toBe('12:30:15');
    expect(formatMoment(noon, noon + 86_400_000)).toBe('4 Mar, 12:30');
  });

  it('prints sizes, shares, speeds and energy with their units', () => {
    expect([formatBytes(0), formatBytes(1_536), formatBytes(5 * 1024 ** 3), formatBytes(16 * 1024 ** 3)]).toEqual([
      '0 B',
      '1.5 KB',
      '5 GB',
      '16 GB',
    ]);
    expect([formatShare(0.425), formatSpeed(41.4), formatSpeed(4.14), formatEnergy(1_512)]).toEqual([
      '43%',
      '41 tok/s',
      '4.1 tok/s',
      '0.42 Wh',
    ]);
  });

  it('knows nothing of what is unknown', () => {
    const formats = [formatMoney, formatUsd, formatCount, formatBytes, formatShare, formatSpeed, formatDuration];
    expect(formats.map((format) => format(null))).toEqual(formats.map(() => null));
  });
});

describe('words that count', () => {
  it('have a form for one and a form for the others', () => {
    const forms = { one: '# request', other: '# requests' };
    expect([0, 1, 2, 12_345].map((count) => plural(count, forms))).toEqual([
      '0 requests',
      '1 request',
      '2 requests',
      '12,345 requests',
    ]);
  });
});
