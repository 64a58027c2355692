import type { SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src-main/engine/protocols/json.ts';
import { LineSplitter } from '../../src-main/engine/protocols/ndjson.ts';
import { SseSplitter } from '../../src-main/engine/protocols/sse.ts';

/** Calls to the simulated engines over real HTTP. Posts when there is a body. */
export async function call(url: string, body?: JsonObject): Promise<Response> {
  return fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
}

export async function callJson(url: string, body?: JsonObject): Promise<JsonObject> {
  return toObject(await (await call(url, body)).json());
}

/** The events of a streamed answer, without `[DONE]`. */
export async function callStream(url: string, body: JsonObject): Promise<JsonObject[]> {
  const response = await call(url, body);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isSse = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const texts = isSse ? new SseSplitter().push(bytes).map((event) => event.data ?? '') : new LineSplitter().push(bytes);
  return texts.filter((text) => text !== '[DONE]').map((text) => toObject(JSON.parse(text)));
}

function toObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error('no JSON object');
  return value;
}

export function chat(model: string, content: string): JsonObject {
  return { model, messages: [{ role: 'user', content }] };
}

/** A whole answer of the local engine; further fields go into the body. */
export function askLocal(
  at: SimulatedEngines,
  asked: JsonObject & { model: string; question: string },
): Promise<JsonObject> {
  const { model, question, ...fields } = asked;
  return callJson(`${at.local.url}/api/chat`, { ...chat(model, question), stream: false, ...fields });
}

export function contentOf(said: JsonObject): string {
  return isJsonObject(said.message) && typeof said.message.content === 'string' ? said.message.content : '';
}

export function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
