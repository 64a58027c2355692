import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { UNKNOWN_CAPABILITIES } from '../../../src-main/engine/routing/endpoint.ts';
import { needsOf, whyUnable } from '../../../src-main/engine/routing/request-needs.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';

const PLAIN: ChatRequest = {
  model: 'm',
  mode: 'chat',
  stream: false,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
};
const IMAGE = { type: 'image' as const, source: { kind: 'base64' as const, data: 'AAAA' } };

describe('what a request needs', () => {
  test('is text, always', () => {
    expect(needsOf(PLAIN, 400)).toMatchObject({ capabilities: ['text'], promptTokens: 6 });
  });

  test('is tools when it brings some, unless it forbids to call them', () => {
    const tools = [{ name: 'weather' }];
    expect(needsOf({ ...PLAIN, tools }, 4).capabilities).toContain('tools');
    expect(needsOf({ ...PLAIN, tools, toolChoice: { type: 'none' } }, 4).capabilities).not.toContain('tools');
  });

  test('is a filled gap when it brings the text after it', () => {
    expect(needsOf({ ...PLAIN, suffix: 'end' }, 4).capabilities).toContain('insert');
  });

  test('is sight for an image, also for one inside a tool’s result', () => {
    const shown: ChatRequest = { ...PLAIN, messages: [{ role: 'user', parts: [IMAGE] }] };
    const found: ChatRequest = {
      ...PLAIN,
      messages: [{ role: 'tool', parts: [{ type: 'tool_result', callId: 'c', content: [IMAGE] }] }],
    };
    for (const request of [shown, found]) expect(needsOf(request, 4).capabilities).toContain('vision');
  });

  test('is a prompt of the length of its texts, whatever is written around them', () => {
    const text = 'word '.repeat(80);
    const messages: ChatRequest['messages'] = [
      { role: 'system', parts: [{ type: 'text', text }] },
      { role: 'user', parts: [{ type: 'text', text }] },
    ];
    for (const bodyCharacters of [0, 1_000, 9_000]) {
      expect(needsOf({ ...PLAIN, messages }, bodyCharacters).promptTokens).toBe(208);
    }
  });

  test('may cost what the whole body would, and a quarter more: that is held of a budget', () => {
    expect(needsOf(PLAIN, 4_000)).toMatchObject({ promptTokens: 6, mostPromptTokens: 1_250 });
    const shown: ChatRequest = { ...PLAIN, messages: [{ role: 'user', parts: [IMAGE] }] };
    expect(needsOf(shown, 404).mostPromptTokens).toBe(125 + 1_600);
  });

  test('is a prompt as long as the body where tools, their results or a schema are to be read as well', () => {
    const result: ChatRequest['messages'] = [
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'c', content: [{ type: 'text', text: 'x' }] }] },
    ];
    const wordy: ChatRequest[] = [
      { ...PLAIN, tools: [{ name: 'weather' }] },
      { ...PLAIN, output: { type: 'json' } },
      { ...PLAIN, messages: result },
    ];
    for (const request of wordy) expect(needsOf(request, 4_000).promptTokens).toBe(1_000);
  });

  test('is not a context as long as the bytes of its images', () => {
    const data = 'A'.repeat(10_000_000);
    const image = { type: 'image' as const, source: { kind: 'base64' as const, data } };
    const shown: ChatRequest = { ...PLAIN, messages: [{ role: 'user', parts: [image] }] };
    expect(needsOf(shown, 10_000_100).promptTokens).toBe(1_004);
    expect(needsOf({ ...shown, tools: [{ name: 'weather' }] }, 10_000_100).promptTokens).toBe(1_025);
  });
});

describe('an endpoint', () => {
  test('of which nothing is known may be able', () => {
    expect(whyUnable(makeEndpoint(), { capabilities: ['tools', 'vision'], promptTokens: 1e9 })).toBeNull();
  });

  test('that lacks something says what', () => {
    const endpoint = makeEndpoint({ capabilities: { ...UNKNOWN_CAPABILITIES, text: true, vision: false } });
    expect(whyUnable(endpoint, { capabilities: ['text', 'vision'], promptTokens: 1 })).toBe('cannot see images');
  });

  test('is too short only for what does not fit even when the estimate is half too high', () => {
    const endpoint = makeEndpoint({ contextTokens: 1_000 });
    expect(whyUnable(endpoint, { capabilities: [], promptTokens: 1_500 })).toBeNull();
    expect(whyUnable(endpoint, { capabilities: [], promptTokens: 1_501 })).toBe(
      'its context of 1000 tokens is too short for about 1501',
    );
  });
});
