import { expect, test } from 'vitest';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import { estimateTokens, estimateUsage } from '../../../src-main/engine/spend/usage-estimate.ts';

const NOTHING = { told: UNKNOWN_USAGE, inputCharacters: null, outputCharacters: null, outputPieces: null };

test('four characters are about one token, and a started one counts', () => {
  expect([0, 1, 4, 5].map(estimateTokens)).toEqual([0, 1, 1, 2]);
});

test('what the upstream told is kept', () => {
  const told = { ...UNKNOWN_USAGE, inputTokens: 7, cachedInputTokens: 3 };
  const usage = estimateUsage({ told, inputCharacters: 400, outputCharacters: 40, outputPieces: null });
  expect(usage).toEqual({ ...told, outputTokens: 10 });
});

test('pieces of a stream count as tokens, unless the characters say that they hold more', () => {
  expect(estimateUsage({ ...NOTHING, outputPieces: 12, outputCharacters: 20 }).outputTokens).toBe(12);
  expect(estimateUsage({ ...NOTHING, outputPieces: 2, outputCharacters: 400 }).outputTokens).toBe(100);
  expect(estimateUsage({ ...NOTHING, outputPieces: 12 }).outputTokens).toBe(12);
});

test('what nobody saw stays unknown', () => {
  expect(estimateUsage(NOTHING)).toEqual(UNKNOWN_USAGE);
});
