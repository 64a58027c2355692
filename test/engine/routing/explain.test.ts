import { describe, expect, test } from 'vitest';
import { decide } from '../../../src-main/engine/routing/decide.ts';
import type { DecisionInput } from '../../../src-main/engine/routing/decision.ts';
import type { Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { toDollars, toSeconds } from '../../../src-main/engine/routing/print-figures.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import {
  CLOUD,
  cloudPrediction,
  conversationWith,
  decisionInput,
  estimate,
  LOCAL,
  localPrediction,
  policy,
} from './make-decision-input.ts';

const MAINS = { ...UNKNOWN_MACHINE, onBattery: false };
const reasonOf = (changes: Partial<DecisionInput> = {}, predictions: Record<string, Prediction> = {}) =>
  decide(decisionInput({ machine: MAINS, ...changes }, predictions)).reason;

describe('the reason for', () => {
  test('a local model has its speed, the power, its chance and what it saves', () => {
    expect(reasonOf()).toBe('local: 41 tok/s, on mains, good 0.83; saves $0.004');
    expect(reasonOf({ machine: UNKNOWN_MACHINE })).toBe('local: 41 tok/s, good 0.83; saves $0.004');
  });

  test('a cloud model says in what it is better than the local one', () => {
    const figures = 'cloud: first token in 0.6 s, good 0.90, costs $0.004';
    expect(reasonOf({}, { [LOCAL.id]: localPrediction({ quality: estimate(0.4) }) })).toBe(
      `${figures}; local good 0.40`,
    );
    const slow = localPrediction({ firstTokenMs: estimate(20_000), quality: estimate(0.88) });
    expect(reasonOf({}, { [LOCAL.id]: slow })).toBe(`${figures}; local needs 20 s`);
    const straining = { machine: { ...MAINS, thermal: 'serious' as const }, policy: policy() };
    const heavy = localPrediction({ energyJoules: 50_000, quality: estimate(0.9), tokensPerSecond: estimate(80) });
    expect(reasonOf(straining, { [LOCAL.id]: heavy })).toBe(`${figures}; local would strain the machine`);
    expect(reasonOf({ endpoints: [CLOUD] })).toBe(figures);
  });

  test('a model of unknown price admits it', () => {
    const predictions = { [CLOUD.id]: cloudPrediction({ costNanoUsd: null }) };
    expect(reasonOf({ endpoints: [CLOUD] }, predictions)).toMatch(/price unknown$/);
  });

  test.each<[string, Partial<DecisionInput>, string]>([
    ['a private request', { pins: { private: true } }, 'local: this request is private'],
    ['pointsman/private', { virtual: 'private' }, 'local: it was sent to pointsman/private'],
    ['a pinned track', { pins: { track: 'cloud' } }, 'cloud: pinned to the cloud track by the request'],
    ['an exact name', { virtual: null }, 'named exactly'],
    ['no network', { machine: { ...MAINS, online: false } }, 'local: there is no network'],
    [
      'an empty budget',
      { overBudget: ({ track }) => (track === 'cloud' ? 'day budget used up' : null) },
      'local: day budget used up',
    ],
    [
      'a continued conversation',
      { conversation: conversationWith(LOCAL) },
      'local: goes on here, 41 tok/s, on mains, good 0.83; saves $0.004',
    ],
    [
      'signed thinking',
      { conversation: conversationWith(CLOUD, { signedByProviderId: CLOUD.providerId }) },
      'cloud: goes on with the thinking it signed',
    ],
    [
      'a stuck conversation',
      { conversation: conversationWith(LOCAL, { stuck: 'same tool call 3 times' }) },
      'cloud: this conversation is stuck (same tool call 3 times); stronger model',
    ],
    [
      'a conversation that was stuck',
      { conversation: conversationWith(CLOUD, { escalated: true }) },
      'cloud: this conversation was stuck; stays with the stronger model',
    ],
    [
      'a stuck conversation with nowhere to go',
      { conversation: conversationWith(LOCAL, { stuck: 'an edit was undone' }), endpoints: [LOCAL] },
      'local: this conversation is stuck (an edit was undone); no other model is better',
    ],
    ['no endpoint at all', { endpoints: [] }, 'no endpoint can serve this request now'],
    [
      'an exploration',
      { exploration: { rate: 0.04, extraCostNanoUsd: 1e9, extraLatencyMs: 1e5, draws: [0, 0] } },
      'cloud: tried to learn how it does (chance 4.0 %)',
    ],
  ])('%s is told before figures', (_name, changes, reason) => {
    expect(reasonOf(changes)).toBe(reason);
  });

  test('warming names the time it takes', () => {
    const cold = { ...LOCAL, loaded: false };
    const prediction = localPrediction({ loadMs: 14_000, firstTokenMs: estimate(14_500), quality: estimate(0.88) });
    const changes = { endpoints: [cold, CLOUD], policy: policy({ bridging: true }) };
    expect(reasonOf(changes, { [cold.id]: prediction })).toBe(
      'cloud: the local model would need 14 s to load; warming it',
    );
  });

  test('a race and a cascade name the one that stands by', () => {
    const late = { [LOCAL.id]: localPrediction({ firstTokenP95Ms: 9_000 }) };
    expect(reasonOf({ policy: policy({ hedging: true }) }, late)).toBe(
      'local: the first may be late; openai/m joins after 9.0 s',
    );
    const worth = {
      [LOCAL.id]: localPrediction({
        quality: estimate(0.72),
        tokensPerSecond: estimate(200),
        outputTokens: estimate(100),
      }),
      [CLOUD.id]: cloudPrediction({ quality: estimate(0.95), outputTokens: estimate(100), costNanoUsd: 8_000_000 }),
    };
    expect(reasonOf({ policy: policy({ cascade: true }) }, worth)).toBe(
      'local: tried and checked first, the cloud if it fails; saves $0.008',
    );
  });

  test('anything fits into a header: printable ASCII, at most 160 characters', () => {
    const endless = conversationWith(LOCAL, { stuck: `größer → ${'x'.repeat(300)}\r\n` });
    const reason = reasonOf({ conversation: endless });
    expect(reason).toMatch(/^[\x20-\x7e]{160}$/);
    expect(reason.endsWith('...')).toBe(true);
    const predictions = { [LOCAL.id]: localPrediction({ quality: estimate(NaN), tokensPerSecond: estimate(NaN) }) };
    expect(reasonOf({ endpoints: [LOCAL] }, predictions)).toBe('local: ? tok/s, on mains, good ?');
    expect(reasonOf({ endpoints: [makeEndpoint({ track: 'local' })] })).toMatch(/^local: 41/);
  });
});

test('figures are short', () => {
  expect([0, 1_000, 420_000, 4_200_000, 120_000_000, 3e9].map(toDollars)).toEqual([
    '$0',
    '$0.000001',
    '$0.00042',
    '$0.0042',
    '$0.12',
    '$3.00',
  ]);
  expect(toDollars(NaN)).toBe('$?');
  expect([450, 9_949, 14_000, 180_000].map(toSeconds)).toEqual(['0.5 s', '9.9 s', '14 s', '3 min']);
  expect(toSeconds(NaN)).toBe('? s');
});
