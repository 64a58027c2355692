import { isJsonObject, type JsonObject } from '../../../src-main/engine/protocols/json.ts';
import {
  expectModelList,
  expectShow,
  expectStream,
  expectWholeAnswer,
} from '../../engine/protocols/ollama/expect-ollama-schema.ts';
import { expectSchema } from '../../support/wire-schemas.ts';

/** One answer of the gateway as it came over the wire. */
export interface WireAnswer {
  /** Without the query. */
  path: string;
  status: number;
  type: string;
  text: string;
}

/** Holds an answer, whole or streamed, error or not, against the published schema of its surface. */
export function checkWire(answer: WireAnswer): void {
  if (answer.path.startsWith('/v1/m')) checkAnthropic(answer);
  else if (answer.path.startsWith('/api/')) checkOllama(answer);
}

const ANTHROPIC_SCHEMAS: Readonly<Record<string, string>> = {
  '/v1/messages': 'MessageResponse',
  '/v1/messages/count_tokens': 'CountTokensResponse',
};

function checkAnthropic({ path, status, type, text }: WireAnswer): void {
  if (type.startsWith('text/event-stream')) {
    for (const { data } of parseEvents(text)) expectSchema('anthropic', 'AnyStreamEvent', data);
    return;
  }
  const body = parseObject(text);
  const schema = ANTHROPIC_SCHEMAS[path];
  if (status >= 400) expectSchema('anthropic', 'AnthropicError', body);
  else if (schema !== undefined) expectSchema('anthropic', schema, body);
  else for (const model of objectsIn(body.data ?? [body])) expectSchema('anthropic', 'ModelInfo', model);
}

function checkOllama({ path, status, type, text }: WireAnswer): void {
  if (status >= 400) expectErrorText(parseObject(text));
  else if (type.startsWith('application/x-ndjson')) checkLines(path, parseLines(text));
  else if (text !== '') WHOLE_ANSWERS[path]?.(parseObject(text));
}

const WHOLE_ANSWERS: Readonly<Record<string, (body: JsonObject) => void>> = {
  '/api/chat': (body) => expectWholeAnswer('ChatResponse', body),
  '/api/generate': (body) => expectWholeAnswer('GenerateResponse', body),
  '/api/tags': (body) => expectModelList({ models: objectsIn(body.models) }),
  // The package's types share one shape for the models on disk and in memory, and demand what Ollama itself leaves out.
  '/api/ps': (body) =>
    expectModelList({
      models: objectsIn(body.models).map((model) => ({ modified_at: '2026-01-01T00:00:00Z', ...model })),
    }),
  '/api/show': (body) => expectShow({ license: '', system: '', messages: [], ...body }),
  '/api/version': (body) => expectSchema('ollama', 'VersionResponse', body),
  '/api/embeddings': (body) => expectSchema('ollama', 'EmbeddingsResponse', body),
  // The package's type demands the tokens, which not every upstream tells.
  '/api/embed': (body) => expectSchema('ollama', 'EmbedResponse', { prompt_eval_count: 0, ...body }),
};

function checkLines(path: string, lines: JsonObject[]): void {
  const told = lines.filter((line) => line.error === undefined);
  for (const line of lines) if (line.error !== undefined) expectErrorText(line);
  const name = path === '/api/chat' ? 'ChatResponse' : path === '/api/generate' ? 'GenerateResponse' : null;
  if (name === null || told.length === 0) return;
  // A stream that broke off has no end: its last line is checked as a chunk.
  const isWhole = told.length === lines.length;
  expectStream(name, isWhole ? told : [...told, { ...told[0], ...ENDING }]);
}

const ENDING: JsonObject = {
  done: true,
  done_reason: 'stop',
  total_duration: 0,
  load_duration: 0,
  prompt_eval_count: 0,
  prompt_eval_duration: 0,
  eval_count: 0,
  eval_duration: 0,
};

function expectErrorText(body: JsonObject): void {
  if (typeof body.error !== 'string') throw new Error(`not an Ollama error: ${JSON.stringify(body)}`);
}

/** Server-sent events in order, comments left out; each must have a name that its data repeats. */
export function parseEvents(text: string): { name: string; data: JsonObject }[] {
  const blocks = text.split('\n\n');
  if (blocks.pop() !== '') throw new Error(`the stream ends within an event: ${text.slice(-200)}`);
  return blocks
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const match = /^event: (.+)\ndata: (.+)$/u.exec(block);
      const data = parseObject(match?.[2] ?? 'null');
      const name = match?.[1] ?? '';
      if (data.type !== name) throw new Error(`the event's name is not its type: ${block}`);
      return { name, data };
    });
}

export function parseLines(text: string): JsonObject[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error(`the stream ends within a line: ${text.slice(-200)}`);
  return lines.map(parseObject);
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`not a JSON object: ${text.slice(0, 200)}`);
  return value;
}

function objectsIn(value: unknown): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw new Error('not a list of objects');
  return value;
}
