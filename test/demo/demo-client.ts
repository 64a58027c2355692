import { isJsonObject, type JsonObject } from '../../src-main/engine/protocols/json.ts';
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
