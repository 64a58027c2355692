import { describe, expect, test } from 'vitest';
import {
  readSigns,
  type AnswerExpectation,
  type FinishedAnswer,
} from '../../../src-main/engine/learning/read-signs.ts';

const UNREMARKABLE = { empty: false, truncated: false, refusal: false, invalidJson: null, invalidToolCall: null };
const TOOLS = [{ name: 'now', parameters: { type: 'object' } }];

function signs(answer: Partial<FinishedAnswer>, expected: AnswerExpectation = {}) {
  return readSigns({ text: 'Paris.', toolCalls: [], finishReason: 'stop', outputTokens: 16, ...answer }, expected);
}

describe('the signs of an answer', () => {
  test('are none when it is unremarkable', () => {
    expect(signs({})).toEqual(UNREMARKABLE);
  });

  test.each<[Partial<typeof UNREMARKABLE>, Partial<FinishedAnswer>]>([
    [{ empty: true }, { text: ' ' }],
    [{ truncated: true }, { finishReason: 'length' }],
    [{ refusal: true }, { text: "I'm sorry, but I can't help with that." }],
  ])('are told: %j', (told, answer) => {
    expect(signs(answer)).toEqual({ ...UNREMARKABLE, ...told });
  });

  test('judge JSON only where it was asked for and answered in text', () => {
    expect(signs({ text: '{' }, { output: { type: 'json' } }).invalidJson).toBe(true);
    expect(signs({ text: '{}' }, { output: { type: 'json' } }).invalidJson).toBe(false);
    const call = { name: 'now', arguments: {} };
    expect(signs({ text: '', toolCalls: [call] }, { output: { type: 'json' }, tools: TOOLS })).toEqual({
      ...UNREMARKABLE,
      invalidToolCall: false,
    });
  });

  test('judge tool calls by the tools that were offered, and an answer without calls not at all', () => {
    const calls = [
      { name: 'now', arguments: '{}' },
      { name: 'later', arguments: '{}' },
    ];
    expect(signs({ text: '', toolCalls: calls }, { tools: TOOLS }).invalidToolCall).toBe(true);
    expect(signs({ text: '', toolCalls: calls.slice(0, 1) }, { tools: TOOLS }).invalidToolCall).toBe(false);
    expect(signs({}, { tools: TOOLS }).invalidToolCall).toBeNull();
  });

  test('of a cut answer depend on who wanted it short', () => {
    expect(signs({ finishReason: 'length' }, { maxOutputTokens: 16 }).truncated).toBe(false);
  });

  test('of parts that nobody kept are not guessed', () => {
    expect(signs({ text: null, toolCalls: null }, { output: { type: 'json' }, tools: TOOLS })).toEqual({
      empty: false,
      truncated: false,
      refusal: null,
      invalidJson: null,
      invalidToolCall: null,
    });
  });

  test('do not call it a refusal when a tool is called beside it', () => {
    const call = { name: 'now', arguments: {} };
    expect(signs({ text: "I can't see the time, so:", toolCalls: [call] }, { tools: TOOLS }).refusal).toBe(false);
  });
});
