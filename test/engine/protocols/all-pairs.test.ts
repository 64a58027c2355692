import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatResult, TokenUsage } from '../../../src-main/engine/protocols/chat-event.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { SurfaceFormat, UpstreamFormat } from '../../../src-main/engine/protocols/format.ts';
import { anthropicMessages } from '../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src-main/engine/protocols/json.ts';
import { ollamaChat } from '../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../src-main/engine/protocols/ollama/ollama-generate.ts';
import { openaiChat } from '../../../src-main/engine/protocols/openai/openai-chat.ts';
import { openaiCompletions } from '../../../src-main/engine/protocols/openai/openai-completions.ts';
import { openaiResponses } from '../../../src-main/engine/protocols/openai-responses/openai-responses.ts';
import { SseSplitter } from '../../../src-main/engine/protocols/sse.ts';
import { expectSchema } from '../../support/wire-schemas.ts';
import { expectStream, expectWholeAnswer } from './ollama/expect-ollama-schema.ts';
import { anthropicStream, CALLS, ollamaStream, openaiStream, TEXT, TOKENS } from './upstream-answers.ts';

const PARTS = [
  { type: 'thinking', text: 'hm' },
  { type: 'text', text: TEXT },
  { type: 'tool_call', name: 'weather', arguments: { city: 'Zürich' } },
  { type: 'tool_call', name: 'weather', arguments: { city: 'Rome' } },
];

interface Upstream {
  format: UpstreamFormat;
  /** The stream without and with its two tool calls. */
  stream: (calls: typeof CALLS) => string;
}

const UPSTREAMS: Upstream[] = [
  { format: ollamaChat, stream: ollamaStream },
  { format: openaiChat, stream: openaiStream },
  { format: anthropicMessages, stream: anthropicStream },
];

interface Surface {
  format: SurfaceFormat;
  /** Throws when the events, or the whole answer, break the vendor's schema. */
  checkStream: (events: JsonObject[]) => void;
  checkAnswer: (answer: JsonObject) => void;
  /** The token sums that the surface's own arithmetic gives for one of its usage objects. */
  tokens: (usage: JsonObject) => { input: JsonValue; cached: JsonValue; output: JsonValue };
  /** Where the usage stands; the last one of a stream counts. */
  usageIn: (event: JsonObject) => JsonValue | undefined;
  /** Takes tool calls; completions and generate have no word for them. */
  hasTools: boolean;
  /** Reads back what the surface shows, where the format is spoken to upstreams too. */
  readBack?: UpstreamFormat;
}

const inclusive = (usage: JsonObject, input: string, output: string, details: string) => ({
  input: usage[input] ?? null,
  cached: at(usage, details, 'cached_tokens') ?? null,
  output: usage[output] ?? null,
});

const openaiTokens = (usage: JsonObject) =>
  inclusive(usage, 'prompt_tokens', 'completion_tokens', 'prompt_tokens_details');

const ollamaTokens = (usage: JsonObject) => ({
  input: usage.prompt_eval_count ?? null,
  cached: usage.prompt_eval_cached_count ?? null,
  output: usage.eval_count ?? null,
});

const SURFACES: Surface[] = [
  {
    format: openaiChat,
    checkStream: (events) =>
      events.forEach((event) => expectSchema('openai', 'CreateChatCompletionStreamResponse', event)),
    checkAnswer: (answer) => expectSchema('openai', 'CreateChatCompletionResponse', answer),
    tokens: openaiTokens,
    usageIn: (event) => event.usage,
    hasTools: true,
    readBack: openaiChat,
  },
  {
    format: openaiCompletions,
    checkStream: (events) =>
      events.forEach((event) => expectSchema('openai', 'CreateCompletionResponse', finished(event))),
    checkAnswer: (answer) => expectSchema('openai', 'CreateCompletionResponse', answer),
    tokens: openaiTokens,
    usageIn: (event) => event.usage,
    hasTools: false,
  },
  {
    format: openaiResponses,
    checkStream: (events) => events.forEach((event) => expectSchema('openai', 'ResponseStreamEvent', event)),
    checkAnswer: (answer) => expectSchema('openai', 'Response', answer),
    tokens: (usage) => inclusive(usage, 'input_tokens', 'output_tokens', 'input_tokens_details'),
    usageIn: (event) => at(event, 'response', 'usage') ?? event.usage,
    hasTools: true,
  },
  {
    format: anthropicMessages,
    checkStream: (events) => events.forEach((event) => expectSchema('anthropic', 'AnyStreamEvent', event)),
    checkAnswer: (answer) => expectSchema('anthropic', 'MessageResponse', answer),
    tokens: (usage) => ({
      input: sum(usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens),
      cached: usage.cache_read_input_tokens ?? null,
      output: usage.output_tokens ?? null,
    }),
    usageIn: (event) => event.usage,
    hasTools: true,
    readBack: anthropicMessages,
  },
  {
    format: ollamaChat,
    checkStream: (events) => expectStream('ChatResponse', events),
    checkAnswer: (answer) => expectWholeAnswer('ChatResponse', answer),
    tokens: ollamaTokens,
    usageIn: (event) => (event.done === true ? event : undefined),
    hasTools: true,
    readBack: ollamaChat,
  },
  {
    format: ollamaGenerate,
    checkStream: (events) => expectStream('GenerateResponse', events),
    checkAnswer: (answer) => expectWholeAnswer('GenerateResponse', answer),
    tokens: ollamaTokens,
    usageIn: (event) => (event.done === true ? event : undefined),
    hasTools: false,
  },
];

const pairs = UPSTREAMS.flatMap((upstream) =>
  SURFACES.map((surface) => ({ name: `${upstream.format.name} to ${surface.format.name}`, upstream, surface })),
);

describe.each(pairs)('$name', ({ upstream, surface }) => {
  const calls = surface.hasTools ? CALLS : [];
  const request = requestFor(surface.format);
  const events = decode(upstream, calls, request);
  const reply = { id: 'a'.repeat(24), model: 'm', createdAtMs: Date.UTC(2026, 9, 2), includeUsage: true, request };

  it('streams events of the surface with the same text, calls and token sums', () => {
    const encoder = surface.format.createEncoder(reply);
    const text = events.map((event) => encoder.encode(event)).join('');
    const shown = split(text, surface.format);
    surface.checkStream(shown);
    const usage = shown
      .map(surface.usageIn)
      .filter((each) => each !== undefined && each !== null)
      .at(-1);
    expect(isJsonObject(usage) && surface.tokens(usage)).toEqual(TOKENS);
    expectContent(text, calls.length);
  });

  it('prints a whole answer of the surface with the same text, calls and token sums', () => {
    const answer = surface.format.printResult(collect(events), reply);
    surface.checkAnswer(answer);
    const usage = surface.usageIn(answer);
    expect(isJsonObject(usage) && surface.tokens(usage)).toEqual(TOKENS);
    expectContent(JSON.stringify(answer), calls.length);
  });
});

describe.each(pairs.filter(({ surface }) => surface.readBack !== undefined))('$name', ({ upstream, surface }) => {
  it('shows two separate calls, thinking apart from text, and ends for the calls', () => {
    const { readBack } = surface;
    const request = requestFor(surface.format);
    const reply = { id: 'a'.repeat(24), model: 'm', createdAtMs: 0, includeUsage: true, request };
    const encoder = surface.format.createEncoder(reply);
    const shown = decode(upstream, CALLS, request).map((event) => encoder.encode(event));
    const result = collect(
      readBack === undefined ? [] : decode({ format: readBack, stream: () => shown.join('') }, [], request),
    );
    expect(result).toMatchObject({ finishReason: 'tool_calls', parts: PARTS });
    expect(result.parts).toHaveLength(PARTS.length);
  });
});

describe.each(UPSTREAMS)('an answer of $format.name', (upstream) => {
  it('means the same as that of every other upstream', () => {
    const result = collect(decode(upstream, CALLS, requestFor(openaiChat)));
    const { inputTokens, cachedInputTokens, outputTokens } = result.usage;
    expect({ input: inputTokens, cached: cachedInputTokens, output: outputTokens }).toEqual(TOKENS);
    expect(result.finishReason).toBe('tool_calls');
    expect(result.parts).toMatchObject(PARTS);
  });
});

function requestFor(surface: SurfaceFormat): ChatRequest {
  const isCompletion = surface === openaiCompletions || surface === ollamaGenerate;
  const messages: ChatRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'Weather?' }] }];
  return { model: 'm', mode: isCompletion ? 'completion' : 'chat', messages, stream: true };
}

function decode({ format, stream }: Upstream, calls: typeof CALLS, request: ChatRequest): ChatEvent[] {
  const decoder = format.createDecoder(request);
  return [...decoder.push(new TextEncoder().encode(stream(calls))), ...decoder.end()];
}

/** The text in order, and both calls with their arguments, in whatever form the surface has for them. */
function expectContent(text: string, calls: number): void {
  expect(text).toContain('你好🌍');
  expect(text).not.toContain('\uFFFD');
  for (const city of calls === 0 ? [] : ['Zürich', 'Rome']) expect(text).toContain(city);
}

function split(text: string, format: SurfaceFormat): JsonObject[] {
  const splitter = new SseSplitter();
  const datas =
    format.streamType === 'application/x-ndjson'
      ? text.split('\n')
      : splitter.push(new TextEncoder().encode(text)).map((event) => event.data ?? '');
  return datas.filter((data) => data !== '' && data !== '[DONE]').map((data) => JSON.parse(data) as JsonObject);
}

function collect(events: ChatEvent[]): ChatResult {
  const parts: ChatResult['parts'] = [];
  const argumentTexts: string[] = [];
  let end: { reason: ChatResult['finishReason']; usage: TokenUsage } | undefined;
  for (const event of events) {
    const last = parts.at(-1);
    if (event.type === 'finish') end = event;
    else if (event.type === 'tool_arguments')
      argumentTexts[event.index] = (argumentTexts[event.index] ?? '') + event.text;
    else if (event.type === 'tool_call')
      parts.push({ type: 'tool_call', id: event.id, name: event.name, arguments: {} });
    else if (event.type === 'thinking_signature' && last?.type === 'thinking') last.signature = event.signature;
    else if (event.type === 'text' || event.type === 'thinking') {
      if (last?.type === event.type) last.text += event.text;
      else parts.push({ type: event.type, text: event.text });
    }
  }
  const calls = parts.filter((part) => part.type === 'tool_call');
  calls.forEach((call, index) => (call.arguments = JSON.parse(argumentTexts[index] ?? '{}') as JsonObject));
  if (end === undefined) throw new Error(`No end: ${JSON.stringify(events.at(-1))}`);
  return { parts, finishReason: end.reason, usage: end.usage };
}

/** The vendor has one schema for completions, streamed or not; the streamed ones say null until the end. */
function finished(event: JsonObject): JsonObject {
  const choices = Array.isArray(event.choices) ? event.choices.filter(isJsonObject) : [];
  return { ...event, choices: choices.map((choice) => ({ ...choice, finish_reason: choice.finish_reason ?? 'stop' })) };
}

function at(value: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

function sum(...values: (JsonValue | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0);
}
