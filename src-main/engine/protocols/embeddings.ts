import type { JsonObject } from './json.ts';
import type { Protocol } from './chat-request.ts';

/** A request for embedding vectors in our own form. */
export interface EmbeddingRequest {
  model: string;
  /** Texts, or token arrays, which only an OpenAI upstream understands. */
  inputs: string[] | number[][];
  /** Wanted vector length. */
  dimensions?: number;
  /** OpenAI clients ask for little-endian float32 in base64 by default. */
  encoding: 'float' | 'base64';
  /** Ollama: cut inputs that are too long (default true). */
  truncate?: boolean;
  keepAlive?: number | string;
  extra?: { protocol: Protocol; fields: JsonObject };
}

/** `vectors[i]` belongs to `inputs[i]`. */
export interface EmbeddingResult {
  vectors: number[][];
  /** null: the upstream did not say. */
  inputTokens: number | null;
  model?: string;
}
