import type { ChatEvent, ChatResult } from '../chat-event.ts';
import type { ChatPart, ChatRequest } from '../chat-request.ts';
import { GarbledReply } from '../failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { ChunkReader } from './chunk-reader.ts';
import { parseLine } from './parse-line.ts';
import type { Shape } from './shape.ts';

/** Reads an answer that was not streamed: one chunk that is its own end. Throws GarbledReply. */
export function parseResult(body: JsonObject, shape: Shape, request: ChatRequest): ChatResult {
  const hasContent = shape === 'chat' ? isJsonObject(body.message) : typeof body.response === 'string';
  if (body.error === undefined && !hasContent) throw new GarbledReply("Ollama's answer holds no message.");
  const events = new ChunkReader(shape, request).read(body);
  const last = events.at(-1);
  if (last?.type === 'error') throw new GarbledReply(last.failure.message);
  if (last?.type !== 'finish') throw new GarbledReply("Ollama's answer is not complete.");
  const { type: _, reason, ...end } = last;
  const result: ChatResult = { parts: collectParts(events), finishReason: reason, ...end };
  if (typeof body.model === 'string') result.model = body.model;
  const logprobs = events.flatMap((event): JsonValue[] => (event.type === 'logprobs' ? event.content : []));
  if (logprobs.length > 0) result.logprobs = logprobs;
  if (shape === 'generate' && Array.isArray(body.context)) result.extra = { context: body.context };
  return result;
}

function collectParts(events: readonly ChatEvent[]): ChatPart[] {
  const parts: ChatPart[] = [];
  for (const event of events) {
    if (event.type === 'text' || event.type === 'thinking') parts.push(event);
    else if (event.type === 'tool_call')
      parts.push({ type: event.type, id: event.id, name: event.name, arguments: {} });
    else if (event.type === 'tool_arguments') {
      const call = parts.at(-1);
      if (call?.type === 'tool_call') call.arguments = parseLine(event.text) ?? {};
    }
  }
  return parts;
}
