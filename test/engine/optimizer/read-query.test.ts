import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { hashText, readQuery } from '../../../src-main/engine/optimizer/read-query.ts';

describe('a query in plain words', () => {
  test('is one message of a person', () => {
    const { request, needs } = readQuery('How high is Mont Blanc?', undefined);
    expect(request).toEqual({
      model: 'auto',
      mode: 'chat',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'How high is Mont Blanc?' }] }],
      stream: false,
    });
    // 23 characters, about four to a token, and four tokens around the message.
    expect(needs).toMatchObject({ capabilities: ['text'], promptTokens: 10 });
  });

  test('may be empty', () => {
    expect(readQuery('', undefined).needs).toMatchObject({ capabilities: ['text'], promptTokens: 4 });
  });
});

describe('a whole request', () => {
  const request: ChatRequest = {
    model: 'auto',
    mode: 'chat',
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'x'.repeat(100) }] },
      { role: 'assistant', parts: [{ type: 'thinking', text: 'y'.repeat(60) }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'z'.repeat(40) },
          { type: 'image', source: { kind: 'base64', data: 'i'.repeat(9_000) } },
        ],
      },
    ],
    tools: [{ name: 'search' }],
    stream: true,
  };

  test('stays as it is; what it needs is read off it, and an image is a thousand tokens', () => {
    const read = readQuery(request, undefined);
    expect(read.request).toBe(request);
    expect(read.needs).toMatchObject({ capabilities: ['text', 'tools', 'vision'], promptTokens: 1_050 });
  });

  test('whose needs are known is not read again', () => {
    const needs = { capabilities: ['text'], promptTokens: 7 } as const;
    expect(readQuery(request, needs)).toEqual({ request, needs });
  });
});

describe('the hash of a text', () => {
  // Vectors of the 32-bit FNV-1a by its authors (draft-eastlake-fnv, section on test vectors): for ASCII a unit is a byte.
  test.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of "%s" is that of FNV-1a', (text, hash) => {
    expect(hashText(text)).toBe(hash);
  });

  test('is a whole number without a sign', () => {
    for (const text of ['é', '日本語', '\ud800', 'x'.repeat(4_000)]) {
      expect(hashText(text)).toBe(hashText(text) >>> 0);
    }
  });
});
