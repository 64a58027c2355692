import { isJsonObject, type JsonObject, type JsonValue } from '../../../src-main/engine/protocols/json.ts';
import { expectSchema } from '../../support/wire-schemas.ts';

interface Schemas {
  whole: string;
  event?: string;
  /** Mends an event where the schema is known to describe whole answers only. */
  adapt?: (event: JsonObject) => JsonObject;
}

/** Names in OpenAI's published schema, by path: of a whole answer and of one event of a stream. */
const SCHEMAS: Readonly<Record<string, Schemas>> = {
  '/v1/chat/completions': { whole: 'CreateChatCompletionResponse', event: 'CreateChatCompletionStreamResponse' },
  '/v1/completions': { whole: 'CreateCompletionResponse', event: 'CreateCompletionResponse', adapt: withFinish },
  '/v1/responses': { whole: 'Response', event: 'ResponseStreamEvent', adapt: withoutNullUsage },
  '/v1/embeddings': { whole: 'CreateEmbeddingResponse' },
  '/v1/models': { whole: 'ListModelsResponse' },
};

/** One server-sent event as it came over the wire. */
export interface WireEvent {
  /** null: it has none. */
  name: string | null;
  /** `[DONE]` stays text. */
  data: JsonObject | '[DONE]';
}

/** Takes a stream apart. Comments are left out; anything else that is not an event with JSON data is an error. */
export function parseWireEvents(text: string): WireEvent[] {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  if (blocks.pop() !== '') throw new Error(`the stream ends within an event: ${text.slice(-200)}`);
  return blocks.filter((block) => !block.startsWith(':')).map(parseWireEvent);
}

function parseWireEvent(block: string): WireEvent {
  const match = /^(?:event: (.+)\n)?data: (.+)$/u.exec(block);
  const data = match?.[2];
  if (data === undefined) throw new Error(`not an event: ${block}`);
  return { name: match?.[1] ?? null, data: data === '[DONE]' ? data : parseObject(data) };
}

/** Holds one answer of the gateway, whole or streamed, error or not, against OpenAI's published schema. */
export function checkWire(answer: { path: string; status: number; type: string; text: string }): void {
  const schemas = SCHEMAS[answer.path] ?? { whole: 'Model' };
  if (!answer.type.startsWith('text/event-stream')) {
    const body = parseObject(answer.text);
    expectSchema('openai', answer.status < 400 ? schemas.whole : 'ErrorResponse', withFloats(body));
    return;
  }
  for (const { name, data } of parseWireEvents(answer.text)) {
    if (data === '[DONE]') continue;
    const isError = name === null && data.error !== undefined;
    if (isError) expectSchema('openai', 'ErrorResponse', data);
    else expectSchema('openai', schemas.event ?? schemas.whole, schemas.adapt?.(data) ?? data);
  }
}

/** The old text format has one schema for both; in a stream the end is null until it is there, and so is the usage. */
function withFinish({ usage, ...event }: JsonObject): JsonObject {
  const choices = (Array.isArray(event.choices) ? event.choices : []).map((choice): JsonValue =>
    isJsonObject(choice) && choice.finish_reason === null ? { ...choice, finish_reason: 'stop' } : choice,
  );
  return { ...event, choices, ...(usage === null ? {} : { usage }) };
}

/** OpenAI itself sends a null usage until the end, which its schema does not have. */
function withoutNullUsage(event: JsonObject): JsonObject {
  if (!isJsonObject(event.response) || event.response.usage !== null) return event;
  const { usage: _, ...response } = event.response;
  return { ...event, response };
}

/** The schema knows embeddings as numbers only; OpenAI's own package asks for base64. */
function withFloats(body: JsonObject): JsonObject {
  if (!Array.isArray(body.data)) return body;
  const data = body.data.map((item): JsonValue => {
    if (!isJsonObject(item) || typeof item.embedding !== 'string') return item;
    const bytes = new Uint8Array(Buffer.from(item.embedding, 'base64'));
    return { ...item, embedding: [...new Float32Array(bytes.buffer)] };
  });
  return { ...body, data };
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`not a JSON object: ${text.slice(0, 200)}`);
  return value;
}
