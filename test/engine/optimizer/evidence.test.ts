import { describe, expect, test } from 'vitest';
import { toEvidence } from '../../../src-main/engine/optimizer/evidence.ts';
import { makeResult, NO_SIGNS } from './make-result.ts';

describe('what an answer tells of its quality', () => {
  test.each([
    ['an empty answer', { ...NO_SIGNS, empty: true }, 0, 1, 'empty'],
    ['JSON that is none', { ...NO_SIGNS, invalidJson: true }, 0, 1, 'invalid_json'],
    ['a tool call that is none', { ...NO_SIGNS, invalidToolCall: true }, 0.1, 1, 'invalid_tool_call'],
    ['a refusal', { ...NO_SIGNS, refusal: true }, 0.2, 0.5, 'refusal'],
    ['an answer that was cut off', { ...NO_SIGNS, truncated: true }, 0.3, 0.5, 'truncated'],
    ['JSON as it was asked for', { ...NO_SIGNS, invalidJson: false }, 0.9, 0.3, 'well_formed'],
    ['a tool call as it should be', { ...NO_SIGNS, invalidToolCall: false }, 0.9, 0.3, 'well_formed'],
    ['an answer that nobody complained of', NO_SIGNS, 0.85, 0.08, 'unremarkable'],
    ['an answer that nobody looked at', null, 0.85, 0.08, 'unremarkable'],
  ])('%s', (_name, signs, quality, weight, signal) => {
    expect(toEvidence(makeResult({ signs }), true, null)).toEqual({ quality, weight, signal });
  });

  test('the worst sign speaks when there are several', () => {
    const signs = { ...NO_SIGNS, truncated: true, refusal: true, invalidJson: true };
    expect(toEvidence(makeResult({ signs }), true, null)?.signal).toBe('invalid_json');
  });

  test('nothing when nobody answered', () => {
    expect(toEvidence(makeResult({ answeredBy: null, signs: null }), false, 'upstream_timeout')).toBeNull();
  });

  test('nothing when the answer broke off by itself: that is the reliability of the endpoint, not its quality', () => {
    expect(toEvidence(makeResult({ signs: null }), false, 'upstream_truncated')).toBeNull();
  });
});

describe('a client that hangs up', () => {
  const hungUp = (changes: Parameters<typeof makeResult>[0]) =>
    toEvidence(makeResult({ signs: null, stream: true, ...changes }), false, 'cancelled');

  test('within a second and a half of the first words did not like them', () => {
    expect(hungUp({ firstTokenMs: 400, durationMs: 1_900 })).toEqual({
      quality: 0.3,
      weight: 0.2,
      signal: 'hung_up_early',
    });
  });

  test.each([
    ['later had read enough', { firstTokenMs: 400, durationMs: 1_901 }],
    ['before the first words had waited too long', { firstTokenMs: null, durationMs: 9_000 }],
    ['on an answer in one piece has seen nothing of it', { stream: false, firstTokenMs: 400, durationMs: 500 }],
  ])('%s', (_name, changes) => {
    expect(hungUp(changes)).toBeNull();
  });
});
