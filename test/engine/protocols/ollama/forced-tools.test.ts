import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolDefinition } from '../../../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { chatChunk, chatRequest, cutAt, decodeAll, END, ndjson, TARGET } from './ollama-streams.ts';

const weather: ToolDefinition = {
  name: 'weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock: ToolDefinition = { name: 'clock' };
const forceWeather = chatRequest({ tools: [weather, clock], toolChoice: { type: 'tool', name: 'weather' } });
const forceAny = chatRequest({ tools: [weather, clock], toolChoice: { type: 'required' } });

function answer(request: ChatRequest, text: string, end: JsonObject = END) {
  const half = Math.floor(text.length / 2);
  const lines = [
    chatChunk({ content: text.slice(0, half) }),
    chatChunk({ content: text.slice(half) }),
    chatChunk({}, end),
  ];
  return decodeAll(ollamaChat.createDecoder(request), cutAt(ndjson(lines), []));
}

describe('a tool that must be called', () => {
  it('is asked for by its schema as format, with the tools left out', () => {
    const { body, adjusted } = ollamaChat.printRequest(forceWeather, TARGET);
    expect(body.tools).toBeUndefined();
    expect(body.format).toEqual(weather.parameters);
    expect(adjusted).toEqual(['tool_choice is enforced by constrained decoding']);
  });

  it('is described to the model in front, in the system message when there is one', () => {
    const [system, user] = ollamaChat.printRequest(forceWeather, TARGET).body.messages as JsonObject[];
    expect(system?.role).toBe('system');
    expect(system?.content).toContain('"description":"Tells the weather."');
    expect(user).toEqual({ role: 'user', content: 'Hello' });
    const messages = [
      { role: 'system' as const, parts: [{ type: 'text' as const, text: 'Be brief.' }] },
      ...forceAny.messages,
    ];
    const [first, ...others] = ollamaChat.printRequest({ ...forceAny, messages }, TARGET).body.messages as JsonObject[];
    expect(first?.content).toMatch(/^Be brief\.\n\nCall one of these tools now\./);
    expect(others).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('wins over an output format, and says so', () => {
    const { body, adjusted } = ollamaChat.printRequest({ ...forceWeather, output: { type: 'json' } }, TARGET);
    expect(body.format).toEqual(weather.parameters);
    expect(adjusted).toContain('output format left out because a tool call is required');
  });

  it('is one of several when any will do', () => {
    expect(ollamaChat.printRequest(forceAny, TARGET).body.format).toEqual({
      anyOf: [
        {
          type: 'object',
          properties: { name: { const: 'weather' }, arguments: weather.parameters },
          required: ['name', 'arguments'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { name: { const: 'clock' }, arguments: { type: 'object' } },
          required: ['name', 'arguments'],
          additionalProperties: false,
        },
      ],
    });
  });

  it('keeps the references inside of its schema working among several', () => {
    const parameters = {
      $defs: { day: { type: 'string' } },
      properties: { days: { items: [{ $ref: '#/$defs/day' }] } },
    };
    const request = chatRequest({ tools: [{ name: 'plan', parameters }, clock], toolChoice: { type: 'required' } });
    const format = ollamaChat.printRequest(request, TARGET).body.format;
    expect(format).toMatchObject({
      $defs: { arguments_0: { properties: { days: { items: [{ $ref: '#/$defs/arguments_0/$defs/day' }] } } } },
      anyOf: [{ properties: { arguments: { $ref: '#/$defs/arguments_0' } } }, {}],
    });
  });
});

describe('the answer with the required call', () => {
  it('comes out as a tool call of the only tool', () => {
    const events = answer(forceWeather, '{"city":"Zürich"}');
    expect(events.map((event) => event.type)).toEqual(['start', 'tool_call', 'tool_arguments', 'finish']);
    expect(events[1]).toMatchObject({ index: 0, name: 'weather' });
    expect(events[2]).toMatchObject({ index: 0, text: '{"city":"Zürich"}' });
    expect(events[3]).toMatchObject({ reason: 'tool_calls', usage: { outputTokens: 12 } });
  });

  it('comes out as a call of the tool that it names', () => {
    const events = answer(forceAny, '```json\n{"name":"clock","arguments":{"zone":"UTC"}}\n```');
    expect(events[1]).toMatchObject({ type: 'tool_call', name: 'clock' });
    expect(events[2]).toMatchObject({ type: 'tool_arguments', text: '{"zone":"UTC"}' });
  });

  it('stays text that ends for length when it was cut off', () => {
    const events = answer(forceWeather, '{"city":"Zür', { ...END, done_reason: 'length' });
    expect(events[1]).toEqual({ type: 'text', text: '{"city":"Zür' });
    expect(events[2]).toMatchObject({ type: 'finish', reason: 'length' });
  });

  it.each(['{"name":"other","arguments":{}}', '{"name":"clock","arguments":3}', '[]', 'I would rather not.'])(
    'stays text when it is no call: %s',
    (text) => {
      const events = answer(forceAny, text);
      expect(events[1]).toEqual({ type: 'text', text });
      expect(events[2]).toMatchObject({ type: 'finish', reason: 'stop' });
    },
  );

  it('is read the same way when it is not streamed', () => {
    const body = chatChunk({ content: '{"city":"Rome"}', thinking: 'hm' }, END);
    const result = ollamaChat.parseResult(body, forceWeather);
    expect(result.finishReason).toBe('tool_calls');
    expect(result.parts).toMatchObject([
      { type: 'thinking', text: 'hm' },
      { type: 'tool_call', name: 'weather', arguments: { city: 'Rome' } },
    ]);
  });
});
