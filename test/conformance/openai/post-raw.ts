import { isJsonObject, type JsonObject } from '../../../src-main/engine/protocols/json.ts';
import type { Rig } from '../support/start-rig.ts';
import { checkWire, parseWireEvents, type WireEvent } from './check-wire.ts';

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** A request without any client's help. The answer has been held against OpenAI's published schema. */
export async function postRaw(rig: Rig, path: string, body: JsonObject): Promise<RawAnswer> {
  const response = await fetch(rig.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: rig.model, ...body }),
  });
  const text = await response.text();
  const { status, headers } = response;
  checkWire({ path, status, type: headers.get('content-type') ?? '', text });
  return { status, headers, text };
}

export async function postForEvents(rig: Rig, path: string, body: JsonObject): Promise<WireEvent[]> {
  return parseWireEvents((await postRaw(rig, path, { ...body, stream: true })).text);
}

/** The same for chat completions, each chunk as its object; the last one is `[DONE]`. */
export async function postChatStream(rig: Rig, body: JsonObject = {}): Promise<WireEvent['data'][]> {
  const events = await postForEvents(rig, '/v1/chat/completions', { messages: HELLO, ...body });
  return events.map((event) => event.data);
}

/** What an object holds along a path of names and numbers; undefined when the path leads nowhere. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = (found as unknown[]).at(step);
    else if (isJsonObject(found) && typeof step === 'string') found = found[step];
    else return undefined;
  }
  return found;
}

/** The strings that some objects hold along a path; those that hold none there are left out. */
export function textsAt(values: readonly unknown[], ...path: (string | number)[]): string[] {
  return values.map((value) => at(value, ...path)).filter((found) => typeof found === 'string');
}

export const HELLO: { role: 'user'; content: string }[] = [{ role: 'user', content: 'Hello' }];
