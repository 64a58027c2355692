import type { JsonObject, JsonValue } from '../../../src-main/engine/protocols/json.ts';
import { problem } from './problem.ts';
import { jsonReply, type Asked, type RawReply } from './script.ts';
import { textOf } from './text-of.ts';
import { embed, type UpstreamModel } from './upstream-model.ts';
import type { UpstreamState } from './upstream-state.ts';
import { CREATED_SECONDS } from './wire-format.ts';

/** `GET /models`, `GET /models/ID`, `POST /embeddings`; all else is a 404 as OpenAI words it. */
export function serveOpenai(asked: Asked, state: UpstreamState): RawReply {
  const { method } = asked.request;
  if (method === 'GET' && asked.path === '/models') {
    return jsonReply({ object: 'list', data: state.models.map(printModel) });
  }
  if (method === 'GET' && asked.path.startsWith('/models/')) {
    const name = decodeURIComponent(asked.path.slice('/models/'.length));
    const model = state.models.find((each) => each.name === name);
    return model === undefined ? unknownModel(name, asked) : jsonReply(printModel(model));
  }
  if (method === 'POST' && asked.path === '/embeddings') return serveEmbeddings(asked, state);
  return problem({ status: 404, message: `Invalid URL (${method} ${asked.path})`, code: null })(asked);
}

function printModel(model: UpstreamModel): JsonObject {
  return { id: model.name, object: 'model', created: CREATED_SECONDS, owned_by: 'upstream' };
}

function unknownModel(name: string, asked: Asked): RawReply {
  return problem({ status: 404, message: `The model '${name}' does not exist or you do not have access to it.` })(
    asked,
  );
}

function serveEmbeddings(asked: Asked, state: UpstreamState): RawReply {
  const { model: name, input, dimensions, encoding_format } = asked.request.body;
  const known = state.models.find((each) => each.name === name);
  const length = typeof dimensions === 'number' ? dimensions : (known?.vectorLength ?? 8);
  const texts = toTexts(input);
  const data = texts.map((text, index) => {
    const vector = embed(text, length);
    return { object: 'embedding', index, embedding: encoding_format === 'base64' ? toBase64(vector) : vector };
  });
  const tokens = texts.reduce((sum, text) => sum + text.split(/\s+/u).length, 0);
  return jsonReply({ object: 'list', data, model: name, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** A text, texts, tokens or lists of tokens. */
function toTexts(input: JsonValue | undefined): string[] {
  if (!Array.isArray(input)) return [textOf(input)];
  if (input.every((item) => typeof item === 'number')) return [JSON.stringify(input)];
  return input.map((item) => textOf(item));
}

function toBase64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
