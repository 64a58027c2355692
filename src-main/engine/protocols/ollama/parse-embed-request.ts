import type { EmbeddingRequest } from '../embeddings.ts';
import { Fields } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseKeepAlive } from './parse-shared-fields.ts';

/** Reads a body of `POST /api/embed`. No input: a request that only loads the model. Throws InvalidRequest. */
export function parseOllamaEmbedRequest(json: JsonObject): EmbeddingRequest {
  const body = new Fields(json);
  const inputs = body.strings('input') ?? [];
  const onlyEmpty = inputs.length === 1 && inputs[0] === '';
  const optional = { dimensions: body.integer('dimensions'), truncate: body.boolean('truncate') };
  return { ...parseEmbedding(body, onlyEmpty ? [] : inputs), ...omitUndefined(optional), ...restOf(body) };
}

/** Reads a body of the older `POST /api/embeddings`, which takes one `prompt`. Throws InvalidRequest. */
export function parseOllamaEmbeddingsRequest(json: JsonObject): EmbeddingRequest {
  const body = new Fields(json);
  const prompt = body.string('prompt') ?? '';
  return { ...parseEmbedding(body, prompt === '' ? [] : [prompt]), ...restOf(body) };
}

function parseEmbedding(body: Fields, inputs: string[]): EmbeddingRequest {
  const model = body.requiredString('model');
  return { model, inputs, encoding: 'float', ...omitUndefined({ keepAlive: parseKeepAlive(body) }) };
}

function restOf(body: Fields): Pick<EmbeddingRequest, 'extra'> {
  const fields = body.rest();
  return fields === undefined ? {} : { extra: { protocol: 'ollama', fields } };
}
