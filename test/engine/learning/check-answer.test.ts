import { describe, expect, test } from 'vitest';
import {
  isEmptyAnswer,
  isTruncated,
  whyNotCallable,
  whyNotJson,
} from '../../../src-main/engine/learning/check-answer.ts';
import type { ToolDefinition } from '../../../src-main/engine/protocols/chat-request.ts';

describe('an empty answer', () => {
  test.each(['', '  \n\t', '\u200b\ufeff'])('has nothing to read: %j', (text) => {
    expect(isEmptyAnswer({ text, toolCalls: 0 })).toBe(true);
  });

  test('is none when there is a letter or a tool call', () => {
    expect(isEmptyAnswer({ text: ' a ', toolCalls: 0 })).toBe(false);
    expect(isEmptyAnswer({ text: '', toolCalls: 1 })).toBe(false);
  });
});

describe('a truncated answer', () => {
  test.each([
    ['length', 900, null, true],
    ['length', null, null, true],
    ['length', 900, 4096, true],
    ['length', 10, 10, false],
    ['length', null, 10, false],
    ['context_length', 3, 10, true],
    ['stop', 10, 10, false],
    ['tool_calls', 5, null, false],
    [null, null, null, false],
  ] as const)(
    'ended by %s after %s tokens with a limit of %s: %s',
    (finishReason, outputTokens, maxOutputTokens, told) => {
      expect(isTruncated({ finishReason, outputTokens, maxOutputTokens })).toBe(told);
    },
  );
});

describe('an answer that had to be JSON', () => {
  const schema = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } };

  test('is right when it parses and fits', () => {
    expect(whyNotJson(' {"a": 1}\n', { type: 'json' })).toBeNull();
    expect(whyNotJson('{"city": "Ulm"}', { type: 'json_schema', schema })).toBeNull();
    expect(whyNotJson('3', { type: 'json_schema', schema: { type: 'number' } })).toBeNull();
  });

  test.each([
    ['', 'the answer is not valid JSON'],
    ['{"city": "Ul', 'the answer is not valid JSON'],
    ['```json\n{"city": "Ulm"}\n```', 'the answer is not valid JSON'],
    ['{"city": 3}', '$.city is not a string'],
    ['{}', '$.city is missing'],
  ])('is wrong, and why: %j', (text, problem) => {
    expect(whyNotJson(text, { type: 'json_schema', schema })).toBe(problem);
  });

  test('without a schema is an object or a list', () => {
    expect(whyNotJson('"just words"', { type: 'json' })).toBe('$ is not an object or an array');
  });

  test('is not looked at when that would hold up everybody else', () => {
    expect(whyNotJson('{'.repeat(200_001), { type: 'json' })).toBeNull();
  });
});

describe('a tool call', () => {
  const tools: ToolDefinition[] = [
    { name: 'weather', parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } },
    { name: 'now' },
  ];

  test.each([
    { name: 'weather', arguments: '{"city":"Ulm"}' },
    { name: 'weather', arguments: { city: 'Ulm' } },
    { name: 'now', arguments: '' },
    { name: 'now', arguments: {} },
  ])('can be made: %j', (call) => {
    expect(whyNotCallable(call, tools)).toBeNull();
  });

  test.each([
    [{ name: 'wether', arguments: '{}' }, 'there is no tool "wether"'],
    [{ name: 'weather', arguments: '{"city":' }, 'the arguments are not valid JSON'],
    [{ name: 'weather', arguments: '["Ulm"]' }, 'the arguments are not an object'],
    [{ name: 'weather', arguments: '' }, '$.city is missing'],
    [{ name: 'weather', arguments: { city: 7 } }, '$.city is not a string'],
  ])('cannot be made, and why: %j', (call, problem) => {
    expect(whyNotCallable(call, tools)).toBe(problem);
  });
});
