import type { EmbeddingResult } from '../embeddings.ts';
import { GarbledReply } from '../failure.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** Reads an answer of `/api/embed`. Throws GarbledReply. */
export function parseOllamaEmbedResult(body: JsonObject): EmbeddingResult {
  if (!Array.isArray(body.embeddings)) throw new GarbledReply("Ollama's answer holds no embeddings.");
  const result: EmbeddingResult = {
    vectors: body.embeddings.map(parseVector),
    inputTokens: typeof body.prompt_eval_count === 'number' ? body.prompt_eval_count : null,
  };
  if (typeof body.model === 'string') result.model = body.model;
  return result;
}

/** Prints an answer of `/api/embed`. `totalNs` is the whole call's duration; 0 when nobody measured it. */
export function printOllamaEmbedResult(
  result: EmbeddingResult,
  { model, totalNs = 0 }: { model: string; totalNs?: number },
): JsonObject {
  const printed: JsonObject = { model, embeddings: result.vectors, total_duration: totalNs, load_duration: 0 };
  if (result.inputTokens !== null) printed.prompt_eval_count = result.inputTokens;
  return printed;
}

/** Prints an answer of the older `/api/embeddings`: one vector, empty when nothing was embedded. */
export function printOllamaEmbeddingsResult(result: EmbeddingResult): JsonObject {
  return { embedding: result.vectors[0] ?? [] };
}

function parseVector(value: JsonValue): number[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  throw new GarbledReply("One of Ollama's embeddings is not an array of numbers.");
}
