import { expect } from 'vitest';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { LineSplitter } from '../../src-main/engine/protocols/ndjson.ts';
import { SseSplitter } from '../../src-main/engine/protocols/sse.ts';
import { parseJsonObject } from '../support/upstreams/parse-json-object.ts';
import type { Upstream } from '../support/upstreams/start-upstream.ts';

/** Streams unless the fields say otherwise. */
export function askAt(at: Upstream, path: string, fields: JsonObject): Promise<Response> {
  const messages = [{ role: 'user', content: 'hi' }];
  return post(at.url + path, { model: 'some-model', messages, stream: true, ...fields });
}

export function post(url: string, body: JsonObject): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

export async function eventsOf(response: Response): Promise<JsonObject[]> {
  const text = await response.text();
  const isSse = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  return isSse ? sseObjects(text) : new LineSplitter().push(new TextEncoder().encode(text)).map(object);
}

/** The events without the last `[DONE]`; a named event must be named like its type. */
export function sseObjects(text: string): JsonObject[] {
  const events = new SseSplitter().push(new TextEncoder().encode(text)).filter((event) => event.data !== '[DONE]');
  return events.map(({ event, data }) => {
    const parsed = object(data ?? '');
    if (event !== '') expect(parsed.type).toBe(event);
    return parsed;
  });
}

export function object(text: string): JsonObject {
  const parsed = parseJsonObject(text);
  if (parsed === null) throw new Error(`no JSON object: ${text}`);
  return parsed;
}
