import { describe, expect, test } from 'vitest';
import { whoseModel, type Owner } from '../../../../src-main/engine/jobs/calls/whose-model.ts';

/** We called it last so that it leaves at 1,000. */
const OURS = 1_000;

describe('whose a model in memory is', () => {
  const cases: [string, Parameters<typeof whoseModel>[0], Owner][] = [
    ['is not in memory', { isLoaded: false, oursUntilMs: OURS, expiresAtMs: null, personsCalls: 0 }, 'nobody'],
    [
      'is not in memory, but asked for',
      { isLoaded: false, oursUntilMs: null, expiresAtMs: null, personsCalls: 1 },
      'nobody',
    ],
    ['was there before us', { isLoaded: true, oursUntilMs: null, expiresAtMs: 500, personsCalls: 0 }, 'person'],
    ['was loaded by us', { isLoaded: true, oursUntilMs: OURS, expiresAtMs: 990, personsCalls: 0 }, 'ours'],
    [
      'leaves just when our call says',
      { isLoaded: true, oursUntilMs: OURS, expiresAtMs: OURS, personsCalls: 0 },
      'ours',
    ],
    [
      'stays longer than we asked for',
      { isLoaded: true, oursUntilMs: OURS, expiresAtMs: 1_001, personsCalls: 0 },
      'person',
    ],
    ['is used by a request now', { isLoaded: true, oursUntilMs: OURS, expiresAtMs: 990, personsCalls: 1 }, 'person'],
    [
      'does not say how long it stays',
      { isLoaded: true, oursUntilMs: OURS, expiresAtMs: null, personsCalls: 0 },
      'ours',
    ],
    ['cannot be asked about', { isLoaded: null, oursUntilMs: OURS, expiresAtMs: null, personsCalls: 0 }, 'person'],
  ];
  test.each(cases)('one that %s', (_name, seen, owner) => {
    expect(whoseModel(seen)).toBe(owner);
  });
});
