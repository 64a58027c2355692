import { describe, expect, test } from 'vitest';
import { InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject, JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import {
  parseCountTokensRequest,
  parseMessagesRequest,
} from '../../../../src-main/engine/protocols/anthropic/parse-request.ts';

const base: JsonObject = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };

function parse(changes: JsonObject) {
  return parseMessagesRequest({ ...base, ...changes });
}

function parseContent(content: JsonValue, role = 'user') {
  return parse({ messages: [{ role, content }] }).messages;
}

describe('parsing POST /v1/messages', () => {
  test('says nothing that the client did not say', () => {
    expect(parse({})).toEqual({
      model: 'm',
      mode: 'chat',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
      stream: false,
      maxOutputTokens: 100,
    });
  });

  test('reads every parameter', () => {
    expect(
      parse({
        stream: true,
        stop_sequences: ['END'],
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        metadata: { user_id: 'u1' },
        output_config: { effort: 'high', format: { type: 'json_schema', schema: { type: 'object' } } },
        thinking: { type: 'enabled', budget_tokens: 2000 },
      }),
    ).toMatchObject({
      stream: true,
      stop: ['END'],
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      user: 'u1',
      output: { type: 'json_schema', schema: { type: 'object' } },
      reasoning: { enabled: true, budgetTokens: 2000, effort: 'high' },
    });
  });

  test('system is a string or blocks and stands first; system messages stay where they are', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'later' },
    ];
    const system = [
      { type: 'text', text: 'one', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'two' },
    ];
    expect(parse({ system: 'be brief', messages }).messages.map((message) => message.role)).toEqual([
      'system',
      'user',
      'system',
    ]);
    expect(parse({ system }).messages[0]).toEqual({
      role: 'system',
      parts: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    });
  });

  test('tool results of a user message come first, in a message of their own', () => {
    const content = [
      { type: 'text', text: 'and now?' },
      { type: 'tool_result', tool_use_id: 'a', content: 'sunny' },
      { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'no' }], is_error: true },
      { type: 'tool_result', tool_use_id: 'c' },
    ];
    expect(parseContent(content)).toEqual([
      {
        role: 'tool',
        parts: [
          { type: 'tool_result', callId: 'a', content: [{ type: 'text', text: 'sunny' }] },
          { type: 'tool_result', callId: 'b', content: [{ type: 'text', text: 'no' }], isError: true },
          { type: 'tool_result', callId: 'c', content: [] },
        ],
      },
      { role: 'user', parts: [{ type: 'text', text: 'and now?' }] },
    ]);
  });

  test('images come as base64, with a data URL left in place by mistake, or as a URL', () => {
    const content = [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      { type: 'image', source: { type: 'base64', data: 'data:image/png;base64,iVBORw0KGgo=' } },
      { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
    ];
    expect(parseContent(content)[0]?.parts).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'iVBORw0KGgo=', mediaType: 'image/png' } },
      { type: 'image', source: { kind: 'base64', data: 'iVBORw0KGgo=' } },
      { type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
    ]);
  });

  test.each([
    { type: 'document', source: { type: 'text', data: 'x', media_type: 'text/plain' } },
    { type: 'search_result', source: 's', title: 't', content: [] },
    { type: 'image', source: { type: 'file', file_id: 'f1' } },
    { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source: {} }] },
    { type: 'from_the_future', x: 1 },
  ])('a block that only Anthropic understands stays whole: $type', (value) => {
    const parts = parseContent([value]).flatMap((message) => message.parts);
    expect(parts).toEqual([{ type: 'opaque', protocol: 'anthropic', kind: value.type, value }]);
  });

  test('thinking keeps a real signature and loses ours; redacted thinking and tool calls are read', () => {
    const content = [
      { type: 'thinking', thinking: 'a', signature: 'c2ln' },
      { type: 'thinking', thinking: 'b', signature: 'pointsman-unsigned' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } },
    ];
    expect(parseContent(content, 'assistant')[0]?.parts).toEqual([
      { type: 'thinking', text: 'a', signature: 'c2ln' },
      { type: 'thinking', text: 'b' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'tool_call', id: 'toolu_1', name: 'weather', arguments: { city: 'Paris' } },
    ]);
  });

  test('tools of the client are read, server tools travel along', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const request = parse({
      tools: [
        { name: 'a', description: 'd', input_schema: { type: 'object' }, strict: true, eager_input_streaming: true },
        { type: 'custom', name: 'b', input_schema: { type: 'object' } },
        search,
      ],
    });
    expect(request.tools).toEqual([
      { name: 'a', description: 'd', parameters: { type: 'object' }, strict: true },
      { name: 'b', parameters: { type: 'object' } },
    ]);
    expect(request.extra).toEqual({ protocol: 'anthropic', fields: { tools: [search] } });
  });

  test.each([
    [
      { type: 'auto', disable_parallel_tool_use: true },
      { toolChoice: { type: 'auto' }, parallelToolCalls: false },
    ],
    [
      { type: 'any', disable_parallel_tool_use: false },
      { toolChoice: { type: 'required' }, parallelToolCalls: true },
    ],
    [{ type: 'tool', name: 'x' }, { toolChoice: { type: 'tool', name: 'x' } }],
    [{ type: 'none' }, { toolChoice: { type: 'none' } }],
    [{ type: 'newer' }, { extra: { protocol: 'anthropic', fields: { tool_choice: { type: 'newer' } } } }],
  ])('tool_choice %o', (choice, expected) => {
    expect(parse({ tool_choice: choice })).toMatchObject(expected);
  });

  test.each([
    [{ type: 'disabled' }, { enabled: false }],
    [{ type: 'adaptive', display: 'omitted' }, { enabled: true }],
    [{ type: 'between_tools' }, { enabled: true }],
    [{ type: 'newer' }, undefined],
  ])('thinking %o', (thinking, reasoning) => {
    expect(parse({ thinking }).reasoning).toEqual(reasoning);
  });

  test('words that are newer than this code travel along', () => {
    const changes = {
      output_config: { effort: 'ultra' },
      thinking: { type: 'newer' },
      metadata: { tag: 'x' },
      speed: 'fast',
    };
    expect(parse(changes).extra).toEqual({ protocol: 'anthropic', fields: changes });
    expect(parse({ output_format: { type: 'grammar' } }).extra?.fields).toEqual({
      output_config: { format: { type: 'grammar' } },
    });
  });

  test('the older output_format is read', () => {
    expect(parse({ output_format: { type: 'json_schema', schema: { a: 1 } } }).output).toEqual({
      type: 'json_schema',
      schema: { a: 1 },
    });
  });

  test.each([
    ['max_tokens', { max_tokens: null }],
    ['max_tokens', { max_tokens: -1 }],
    ['messages', { messages: null }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: [{ type: 'tool_use', id: 'a', name: 'b' }] }] }],
    [
      'messages[0].content',
      { messages: [{ role: 'assistant', content: [{ type: 'tool_result', tool_use_id: 'a' }] }] },
    ],
    ['temperature', { temperature: 'hot' }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
  ])('a mistake at %s is refused with its path', (param, changes) => {
    const attempt = () => parse(changes);
    expect(attempt).toThrow(InvalidRequest);
    expect(attempt).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ param }) as unknown }) as Error,
    );
  });

  test('a message without a role and a schema format without a schema are refused', () => {
    expect(() => parse({ messages: [{ content: 'x' }] })).toThrow('messages[0].role is missing');
    expect(() => parse({ output_config: { format: { type: 'json_schema' } } })).toThrow('output_config.format.schema');
  });

  test('count_tokens needs no max_tokens', () => {
    const { max_tokens: _gone, ...body } = base;
    expect(parseCountTokensRequest(body).maxOutputTokens).toBeUndefined();
  });
});
