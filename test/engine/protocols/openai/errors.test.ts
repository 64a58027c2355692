import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../../src-main/engine/protocols/failure.ts';
import {
  parseOpenAiError,
  parseOpenAiStreamError,
  printOpenAiError,
  printOpenAiStreamError,
} from '../../../../src-main/engine/protocols/openai/errors.ts';

describe('printing', () => {
  it.each<[FailureCode, string]>([
    ['invalid_request', 'invalid_request_error'],
    ['unauthorized', 'authentication_error'],
    ['forbidden', 'permission_error'],
    ['unknown_model', 'not_found_error'],
    ['rate_limited', 'rate_limit_error'],
    ['upstream_truncated', 'api_error'],
    ['queue_full', 'api_error'],
  ])('gives %s the type %s', (code, type) => {
    expect(printOpenAiError({ code, message: 'm', param: 'p' })).toEqual({
      error: { message: 'm', type, param: 'p', code },
    });
  });

  it('says param: null when no field is to blame', () => {
    expect(printOpenAiError({ code: 'internal', message: 'm' })).toMatchObject({ error: { param: null } });
  });

  it("relays an upstream's body of the same shape, and no other", () => {
    const upstreamBody = { error: { message: 'theirs', type: 't', code: 7, more: true } };
    expect(printOpenAiError({ code: 'rate_limited', message: 'm', upstreamBody })).toBe(upstreamBody);
    const other = printOpenAiError({ code: 'rate_limited', message: 'm', upstreamBody: { error: 'text' } });
    expect(other).toMatchObject({ error: { message: 'm' } });
  });

  it("never relays Anthropic's envelope, which lacks param and code", () => {
    const upstreamBody = { type: 'error', error: { type: 'overloaded_error', message: 'theirs' } };
    const printed = printOpenAiError({ code: 'overloaded', message: 'm', upstreamBody });
    expect(printed).toEqual({ error: { message: 'm', type: 'api_error', param: null, code: 'overloaded' } });
  });

  it('ends a stream with one event', () => {
    const text = printOpenAiStreamError({ code: 'internal', message: 'line\nline' });
    expect(text).toBe(
      'data: {"error":{"message":"line\\nline","type":"api_error","param":null,"code":"internal"}}\n\n',
    );
  });
});

describe('reading', () => {
  it.each<[unknown, object]>([
    [{ error: { message: 'm', code: 'c', param: 'p' } }, { message: 'm', code: 'c', param: 'p' }],
    [{ error: { message: 'm', code: 400, param: null } }, { message: 'm', code: '400' }],
    [{ error: 'm' }, { message: 'm' }],
    [{ detail: 'm' }, { message: 'm' }],
    [{ detail: [{ msg: 'm', loc: ['body'] }] }, { message: 'm' }],
    [
      { message: 'm', code: 'c' },
      { message: 'm', code: 'c' },
    ],
    [[{ error: { message: 'm' } }], { message: 'm' }],
    ['m', { message: 'm' }],
    [{}, { message: 'The provider answered with status 418.' }],
    [null, { message: 'The provider answered with status 418.' }],
  ])('understands %j', (body, expected) => expect(parseOpenAiError(418, body)).toEqual(expected));

  it.each<[string, FailureCode]>([
    ['context_length_exceeded', 'context_too_long'],
    ['rate_limit_exceeded', 'rate_limited'],
    ['overloaded_error', 'overloaded'],
    ['whatever', 'upstream_error'],
  ])('takes %s inside a stream for %s', (code, expected) => {
    const body = { error: { message: 'm', code } };
    expect(parseOpenAiStreamError(body)).toEqual({ code: expected, message: 'm', upstreamBody: body });
  });
});
