import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import { InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject, JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import { openaiResponses } from '../../../../src-main/engine/protocols/openai-responses/openai-responses.ts';

function parse(changes: JsonObject) {
  return openaiResponses.parseRequest({ model: 'm', input: 'hi', ...changes });
}

function parseItems(...input: JsonValue[]) {
  return parse({ input }).messages;
}

describe('parsing POST /v1/responses', () => {
  test('says nothing that the client did not say', () => {
    expect(parse({})).toEqual({
      model: 'm',
      mode: 'chat',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
      stream: false,
    });
  });

  test('reads every parameter', () => {
    expect(
      parse({
        stream: true,
        max_output_tokens: 99,
        temperature: 0.2,
        top_p: 0.3,
        parallel_tool_calls: false,
        reasoning: { effort: 'high', summary: 'auto' },
        text: {
          format: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: true },
          verbosity: 'low',
        },
        include: ['message.output_text.logprobs'],
        top_logprobs: 3,
        user: 'u',
        metadata: { a: 'b' },
      }),
    ).toMatchObject({
      stream: true,
      maxOutputTokens: 99,
      temperature: 0.2,
      topP: 0.3,
      parallelToolCalls: false,
      reasoning: { effort: 'high' },
      output: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: true },
      logprobs: { top: 3 },
      user: 'u',
      extra: { protocol: 'openai', fields: { verbosity: 'low', metadata: { a: 'b' } } },
    });
  });

  test('instructions are the first system message; developer messages stay where they are', () => {
    const input = [
      { role: 'user', content: 'a' },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'b' }] },
    ];
    expect(parse({ instructions: 'be brief', input }).messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'be brief' }] },
      { role: 'user', parts: [{ type: 'text', text: 'a' }] },
      { role: 'system', parts: [{ type: 'text', text: 'b' }] },
    ]);
  });

  test('reasoning, words and calls of one turn are one assistant message, results follow', () => {
    const messages = parseItems(
      { role: 'user', content: 'weather?' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'xyz' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'let me see' }] },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"city":"Paris"}' },
      { type: 'function_call', call_id: 'b', name: 'g', arguments: '' },
      { type: 'function_call_output', call_id: 'a', output: 'sunny' },
      { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'no' }] },
    );
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: 'let me see' },
          { type: 'tool_call', id: 'a', name: 'f', arguments: { city: 'Paris' } },
          { type: 'tool_call', id: 'b', name: 'g', arguments: {} },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'a', content: [{ type: 'text', text: 'sunny' }] }] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'b', content: [{ type: 'text', text: 'no' }] }] },
    ]);
  });

  test('reasoning that shows its text is read from there, reasoning without any is nothing', () => {
    const content = [{ type: 'reasoning_text', text: 'full' }];
    expect(parseItems({ type: 'reasoning', id: 'r', summary: [], content })[0]?.parts).toEqual([
      { type: 'thinking', text: 'full' },
    ]);
    expect(parseItems({ type: 'reasoning', id: 'r', summary: [] })[0]?.parts).toEqual([]);
  });

  test('images are data URLs or web addresses', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      { type: 'input_image', image_url: 'https://x.test/a.png' },
    ];
    expect(parseItems({ role: 'user', content })[0]?.parts).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
      { type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' } },
    ]);
  });

  test('files and audio take the shape of chat completions; uploaded ones stay as they are', () => {
    const content = [
      { type: 'input_file', file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      { type: 'input_image', file_id: 'file_1' },
      { type: 'input_file', file_url: 'https://x.test/a.pdf' },
      { type: 'refusal', refusal: 'no' },
    ];
    expect(parseItems({ role: 'user', content })[0]?.parts).toMatchObject([
      { kind: 'file', value: { type: 'file', file: { file_data: /pdf/, filename: 'a.pdf' } } },
      { kind: 'input_audio', value: { type: 'input_audio', input_audio: { format: 'wav' } } },
      { kind: 'input_image', value: { file_id: 'file_1' } },
      { kind: 'input_file', value: { file_url: 'https://x.test/a.pdf' } },
      { type: 'text', text: 'no' },
    ]);
  });

  test('a request as Codex sends it is understood', () => {
    const request = parse({
      instructions: 'You are Codex.',
      input: [
        { type: 'additional_tools', tools: [] },
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      ],
      tools: [
        { type: 'function', name: 'shell', description: 'd', parameters: { type: 'object' }, strict: false },
        { type: 'namespace', name: 'mcp', description: 'd', tools: [] },
        { type: 'web_search', external_web_access: true },
        { type: 'custom', name: 'apply_patch' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      client_metadata: { a: 'b' },
    });
    expect(request.messages.map((message) => message.role)).toEqual(['system', 'system', 'user']);
    expect(request.tools).toEqual([{ name: 'shell', description: 'd', parameters: { type: 'object' }, strict: false }]);
    expect(request.extra?.fields).toEqual({
      client_metadata: { a: 'b' },
      input: [{ type: 'additional_tools', tools: [] }],
    });
    expect(openaiChat.unsupported(request)).toEqual([]);
    expect(anthropicMessages.unsupported(request)).toEqual([]);
  });

  test.each([
    { previous_response_id: 'resp_1' },
    { conversation: 'conv_1' },
    { prompt: { id: 'pmpt_1' } },
    { background: true },
    { tool_choice: { type: 'web_search' } },
  ])('what needs the state or the tools of the server is refused by every translation: %o', (changes) => {
    const request = parse(changes);
    expect(openaiChat.unsupported(request)).toHaveLength(1);
    expect(anthropicMessages.unsupported(request)).toHaveLength(1);
  });

  test.each([{ previous_response_id: null }, { background: false }])('%o is nothing', (changes) => {
    expect(openaiChat.unsupported(parse(changes))).toEqual([]);
  });

  test.each([
    ['required', { type: 'required' }],
    [
      { type: 'function', name: 'f' },
      { type: 'tool', name: 'f' },
    ],
    [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] }, { type: 'required' }],
    [{ type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] }, { type: 'auto' }],
  ])('tool_choice %o', (choice, expected) => {
    const request = parse({ tools: [{ type: 'function', name: 'f' }], tool_choice: choice });
    expect(request.toolChoice).toEqual(expected);
  });

  test('allowed_tools narrows the tools', () => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function', name }));
    const choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'g' }] };
    expect(parse({ tools, tool_choice: choice }).tools).toEqual([{ name: 'g' }]);
  });

  test.each([
    [{ effort: 'none' }, { enabled: false }],
    [{ effort: 'ultra' }, { effort: 'max' }],
    [{ effort: 'newer' }, undefined],
    [{ summary: 'auto' }, undefined],
  ])('reasoning %o', (reasoning, expected) => {
    expect(parse({ reasoning }).reasoning).toEqual(expected);
  });

  test.each([
    [{ format: { type: 'text' } }, undefined],
    [{ format: { type: 'json_object' } }, { type: 'json' }],
  ])('text %o', (text, expected) => {
    expect(parse({ text }).output).toEqual(expected);
  });

  test.each([
    ['model', { model: null }],
    ['input', { input: 5 }],
    ['input[0]', { input: ['x'] }],
    ['input[0].role', { input: [{ content: 'x' }] }],
    ['input[0].content', { input: [{ role: 'user', content: 5 }] }],
    [
      'input[0].content[0].image_url',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] },
    ],
    ['input[0].arguments', { input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: '[1]' }] }],
    ['input[0].arguments', { input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: '{' }] }],
    ['input[0].output', { input: [{ type: 'function_call_output', call_id: 'a', output: [{ type: 'input_file' }] }] }],
    ['tool_choice', { tool_choice: 5 }],
    ['text.format.type', { text: { format: {} } }],
    ['text.format.schema', { text: { format: { type: 'json_schema' } } }],
  ])('a mistake at %s is refused with its path', (param, changes) => {
    const attempt = () => parse(changes);
    expect(attempt).toThrow(InvalidRequest);
    expect(attempt).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ param }) as unknown }) as Error,
    );
  });

  test('no input at all is an empty conversation', () => {
    expect(parse({ input: null }).messages).toEqual([]);
  });
});
