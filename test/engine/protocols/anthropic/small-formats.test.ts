import { describe, expect, test } from 'vitest';
import {
  anthropicStatusOf,
  parseAnthropicError,
  printAnthropicError,
} from '../../../../src-main/engine/protocols/anthropic/errors.ts';
import { estimateInputTokens } from '../../../../src-main/engine/protocols/anthropic/estimate-input-tokens.ts';
import { parseCountTokensRequest } from '../../../../src-main/engine/protocols/anthropic/parse-request.ts';
import { printAnthropicModelList } from '../../../../src-main/engine/protocols/anthropic/print-model-list.ts';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import { checkVersionRules } from '../../../../src-main/engine/protocols/anthropic/version-rules.ts';
import { FAILURES, type FailureCode } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

describe('Anthropic errors', () => {
  const codes = Object.keys(FAILURES) as FailureCode[];

  test.each(codes.filter((code) => code !== 'payload_too_large'))('%s is printed as the schema wants', (code) => {
    expectSchema('anthropic', 'ErrorResponse', printAnthropicError({ code, message: 'x' }, 'req_1'));
  });

  test.each([
    ['invalid_request', 400, 'invalid_request_error'],
    ['unauthorized', 401, 'authentication_error'],
    ['forbidden', 403, 'permission_error'],
    ['unknown_model', 404, 'not_found_error'],
    ['payload_too_large', 413, 'request_too_large'],
    ['rate_limited', 429, 'rate_limit_error'],
    ['internal', 500, 'api_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['queue_full', 529, 'overloaded_error'],
    ['upstream_timeout', 504, 'timeout_error'],
  ] as const)('%s has status %i and type %s', (code, status, type) => {
    const failure = { code, message: 'x' };
    expect(anthropicStatusOf(failure)).toBe(status);
    expect(printAnthropicError(failure)).toEqual({ type: 'error', error: { type, message: 'x' } });
  });

  test("an upstream's own body goes on verbatim when it has the shape, and only then", () => {
    const own = { type: 'error', error: { type: 'rate_limit_error', message: 'slow' }, request_id: 'r' };
    expect(printAnthropicError({ code: 'rate_limited', message: 'x', upstreamBody: own })).toBe(own);
    const foreign = { error: { message: 'slow' } };
    expect(printAnthropicError({ code: 'rate_limited', message: 'x', upstreamBody: foreign })).toEqual({
      type: 'error',
      error: { type: 'rate_limit_error', message: 'x' },
    });
  });

  test.each([
    [
      { type: 'error', error: { type: 'api_error', message: 'a' } },
      { message: 'a', type: 'api_error' },
    ],
    [{ error: { message: 'b' } }, { message: 'b' }],
    [{ error: 'c' }, { message: 'c' }],
    [{ message: 'd' }, { message: 'd' }],
    [' plain ', { message: 'plain' }],
    [null, { message: 'The provider answered with HTTP status 500.' }],
  ])('the error body %o is read', (body, expected) => {
    expect(parseAnthropicError(500, body)).toEqual(expected);
  });
});

describe('counting tokens', () => {
  function count(changes: JsonObject): number {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(400) }], ...changes };
    return estimateInputTokens(parseCountTokensRequest(body));
  }

  test('takes about four bytes of UTF-8 for a token', () => {
    expect(count({})).toBe(104);
    expect(count({ messages: [{ role: 'user', content: '你好🌍é' }] })).toBe(4 + 3);
  });

  test('counts system, tools, calls, results, thinking, images and schema', () => {
    const pieces: JsonObject[] = [
      { system: [{ type: 'text', text: 'be brief' }] },
      { tools: [{ name: 'f', input_schema: { type: 'object' } }] },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    ];
    for (const piece of pieces) expect(count(piece)).toBeGreaterThan(count({}));
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'abcd' },
      { type: 'tool_use', id: 'a', name: 'f', input: {} },
      { type: 'document', source: {} },
    ];
    const image = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } };
    const result = { type: 'tool_result', tool_use_id: 'a', content: [image] };
    expect(count({ messages: [{ role: 'assistant', content }] })).toBe(4 + 1 + 1 + 2 + 8);
    expect(count({ messages: [{ role: 'user', content: [result] }] })).toBe(4 + 4 + 1600);
  });

  test('is never 0', () => {
    expect(count({ messages: [] })).toBe(1);
    expectSchema('anthropic', 'CountTokensResponse', { input_tokens: count({ messages: [] }) });
  });
});

describe('the model list', () => {
  test('is on one page with first and last id', () => {
    const list = printAnthropicModelList([
      { id: 'a', displayName: 'A', createdAtMs: 0, contextTokens: 9 },
      { id: 'b' },
    ]);
    expect(list).toMatchObject({ has_more: false, first_id: 'a', last_id: 'b' });
    for (const model of list.data as JsonObject[]) expectSchema('anthropic', 'ModelInfo', model);
    expect(list.data).toMatchObject([
      { display_name: 'A', max_input_tokens: 9 },
      { display_name: 'b', created_at: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  test('is never null', () => {
    expect(printAnthropicModelList([])).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });
});

describe('rules of API version 2026-10-21', () => {
  const user = (block: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [block] }] });
  const document = { messages: [{ role: 'assistant', content: [{ type: 'document', source: {} }] }] };

  test.each([
    ['temperature', { temperature: 1 }],
    ['top_p', { top_p: 1 }],
    ['top_k', { top_k: 1 }],
    ['messages[0].content[0]', document],
    ['messages[0].content[0]', user({ type: 'text', text: 'a', citations: [{}] })],
  ])('%s is refused, but not by the version before', (param, body) => {
    expect(checkVersionRules(body, '2026-10-21')?.failure).toMatchObject({ code: 'invalid_request', param });
    expect(checkVersionRules(body, '2027-01-01')).not.toBeNull();
    expect(checkVersionRules(body, '2023-06-01')).toBeNull();
  });

  test.each([{}, { temperature: null }, user({ type: 'document' }), user({ type: 'text', text: 'a', citations: [] })])(
    'nothing is wrong with %o',
    (body) => {
      expect(checkVersionRules(body, '2026-10-21')).toBeNull();
    },
  );
});

describe('taking our own thinking out of a body for Anthropic', () => {
  function scrub(text: string): string | undefined {
    return anthropicMessages.scrubBody?.(text, JSON.parse(text) as JsonObject);
  }

  test('removes only the marked blocks, and messages that held nothing else', () => {
    const ours = '{"type":"thinking","thinking":"a","signature":"pointsman-unsigned"}';
    const real = '{"type":"thinking","thinking":"b","signature":"c2ln"}';
    const text = `{"max_tokens":1e2, "messages":[{"role":"assistant","content":[${ours},${real}]},{"role":"assistant","content":[${ours}]},{"role":"user","content":"hi"}]}`;
    expect(scrub(text)).toBe(
      `{"max_tokens":1e2, "messages":[{"role":"assistant","content":[${real}]},{"role":"user","content":"hi"}]}`,
    );
  });

  test.each([
    '{"messages":[ {"role":"user","content":"pointsman-unsigned"} ]}',
    '{"messages":"pointsman-unsigned"}',
    '{}',
  ])('leaves %s as it is', (text) => {
    expect(scrub(text)).toBe(text);
  });
});
