import type { EmbeddingRequest, EmbeddingResult } from '../embeddings.ts';
import { GarbledReply } from '../failure.ts';
import { Fields, mismatch } from '../fields.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseBase64Vector, toBase64Vector } from './embedding-vectors.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { toExtra } from './parse-generation-fields.ts';

/** Reads the body of `POST /v1/embeddings`. `keep_alive` and `truncate` are extensions for Ollama. */
export function parseOpenAiEmbeddingRequest(body: JsonObject): EmbeddingRequest {
  const fields = new Fields(body);
  const keepAlive = fields.take('keep_alive');
  if (keepAlive !== undefined && typeof keepAlive !== 'number' && typeof keepAlive !== 'string') {
    throw mismatch('keep_alive', 'a number of seconds or a duration such as "5m"', keepAlive);
  }
  const request: EmbeddingRequest = {
    model: fields.requiredString('model'),
    inputs: parseInputs(fields.take('input')),
    encoding: fields.oneOf('encoding_format', ['float', 'base64'] as const) ?? 'float',
    ...omitUndefined({ dimensions: fields.integer('dimensions'), truncate: fields.boolean('truncate'), keepAlive }),
  };
  return { ...request, ...toExtra(fields.rest()) };
}

/** Prints the body of `POST /embeddings`; floats are asked for, because every server knows them. */
export function printOpenAiEmbeddingRequest(
  request: EmbeddingRequest,
  target: Pick<PrintTarget, 'model'>,
): PrintedRequest {
  const { dimensions, extra, inputs } = request;
  const adjusted: string[] = [];
  if (request.keepAlive !== undefined) adjusted.push('keep_alive (the OpenAI protocol has no such field)');
  if (request.truncate !== undefined) adjusted.push('truncate (the OpenAI protocol has no such field)');
  const body: JsonObject = {
    ...(extra?.protocol === 'openai' ? extra.fields : {}),
    model: target.model,
    input: inputs,
    encoding_format: 'float',
    ...(dimensions === undefined ? {} : { dimensions }),
  };
  return { path: '/embeddings', body, adjusted };
}

/** Reads the answer, whichever encoding it came in, in the order of the inputs. Throws GarbledReply. */
export function parseOpenAiEmbeddingResult(body: JsonObject): EmbeddingResult {
  if (!Array.isArray(body.data)) throw new GarbledReply('The answer has no list of embeddings.');
  const vectors: number[][] = [];
  body.data.forEach((item, position) => {
    const index = isJsonObject(item) && typeof item.index === 'number' ? item.index : position;
    vectors[index] = parseVector(isJsonObject(item) ? item.embedding : undefined);
  });
  if (vectors.length !== body.data.length) throw new GarbledReply('The embeddings are not numbered from 0 on.');
  const usage = isJsonObject(body.usage) ? body.usage : {};
  return {
    vectors,
    inputTokens: typeof usage.prompt_tokens === 'number' ? usage.prompt_tokens : null,
    ...(typeof body.model === 'string' ? { model: body.model } : {}),
  };
}

/** Prints the answer in the encoding that was asked for. The schema demands a token count: unknown is 0 here. */
export function printOpenAiEmbeddingResult(
  result: EmbeddingResult,
  reply: { model: string; encoding: EmbeddingRequest['encoding'] },
): JsonObject {
  const tokens = result.inputTokens ?? 0;
  return {
    object: 'list',
    data: result.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: reply.encoding === 'base64' ? toBase64Vector(vector) : vector,
    })),
    model: reply.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** One text, several, one array of tokens or several. */
function parseInputs(input: JsonValue | undefined): string[] | number[][] {
  if (typeof input === 'string') return [input];
  if (Array.isArray(input) && input.length > 0) {
    if (input.every((each) => typeof each === 'string')) return input;
    if (isTokens(input)) return [input];
    if (input.every(isTokens)) return input;
  }
  throw mismatch('input', 'a string, an array of strings or an array of tokens', input);
}

function isTokens(value: JsonValue): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number');
}

function parseVector(value: JsonValue | undefined): number[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  const vector = typeof value === 'string' ? parseBase64Vector(value) : null;
  if (vector === null) throw new GarbledReply('An embedding is neither an array of numbers nor float32 in base64.');
  return vector;
}
