import { expect, test } from 'vitest';
import { toMetricsSample } from '../../../src-main/engine/optimizer/to-metrics-sample.ts';
import { CLOUD, LOCAL, makeCall, makeResult } from './make-result.ts';

const sampleOf = (changes: Parameters<typeof makeResult>[0]) =>
  toMetricsSample({ path: 'local', result: makeResult(changes), success: true, evidence: null, strategy: 'balanced' });

test('an answer in one piece has no first token to be measured by', () => {
  expect(sampleOf({ stream: true, firstTokenMs: 300 })).toMatchObject({ firstTokenMs: 300, totalMs: 1_300 });
  expect(sampleOf({ stream: false, firstTokenMs: 1_300 })).toMatchObject({ firstTokenMs: null, totalMs: 1_300 });
});

test('what was paid for calls that nobody got is wasted', () => {
  const calls = [makeCall({ endpoint: CLOUD, outcome: 'cancelled', costNanoUsd: 700 }), makeCall({ endpoint: LOCAL })];
  expect(sampleOf({ calls })).toMatchObject({ costNanoUsd: 700, wastedNanoUsd: 700, track: 'local' });
});

test('a cost that is unknown makes the whole unknown', () => {
  expect(sampleOf({ calls: [makeCall({ costNanoUsd: null }), makeCall()] }).costNanoUsd).toBeNull();
});
