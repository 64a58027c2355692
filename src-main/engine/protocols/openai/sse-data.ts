import { isJsonObject, type JsonObject } from '../json.ts';
import type { SseEvent } from '../sse.ts';
import { parseOpenAiStreamError } from './errors.ts';
import type { Failure } from '../failure.ts';

/** What one event of an OpenAI-style stream says. */
export type SseMessage = { type: 'chunk'; body: JsonObject } | { type: 'done' } | { type: 'failed'; failure: Failure };

/**
 * Reads an event. Tolerates what servers really send: comments, errors without `data:` in front or in an event named
 * `error`, and several objects in one event where an empty line was forgotten.
 */
export function parseSseMessages(event: SseEvent): SseMessage[] {
  const bare = bareJson(event);
  const messages = bare === '' ? [] : parseData(bare, event);
  return event.data === null ? messages : [...messages, ...parseData(event.data, event)];
}

/** False for the last event of a stream that broke off before the empty line. */
export function isWhole(event: SseEvent): boolean {
  return event.raw.endsWith('\n\n') || event.raw.endsWith('\n\r\n');
}

function parseData(text: string, event: SseEvent): SseMessage[] {
  const data = text.trim();
  if (data === '') return [];
  if (data === '[DONE]') return [{ type: 'done' }];
  const body = parseJson(data);
  if (body !== undefined) return [toMessage(body, event.event)];
  const lines = data.split('\n');
  if (lines.length > 1) return lines.flatMap((line) => parseData(line, event));
  return [isWhole(event) ? garbled() : { type: 'failed', failure: truncated() }];
}

/** The failure of a stream that ended without saying so. */
export function truncated(): Failure {
  return { code: 'upstream_truncated', message: "The provider's stream stopped before its end." };
}

function toMessage(body: unknown, eventName: string): SseMessage {
  if (!isJsonObject(body)) return garbled();
  const isError = eventName === 'error' || (body.error !== undefined && body.error !== null);
  return isError ? { type: 'failed', failure: parseOpenAiStreamError(body) } : { type: 'chunk', body };
}

function garbled(): SseMessage {
  const message = 'The provider sent an event that is not JSON.';
  return { type: 'failed', failure: { code: 'upstream_garbled', message } };
}

/** JSON that stands in the event without a field name: all of it, or the first line before others. */
function bareJson({ raw, data }: SseEvent): string {
  const text = raw.trimStart();
  if (!text.startsWith('{')) return '';
  return data === null ? text : text.slice(0, text.indexOf('\n'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
