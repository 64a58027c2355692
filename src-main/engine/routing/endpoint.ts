import type { Protocol } from '../protocols/chat-request.ts';

export type Track = 'local' | 'cloud';

/** What a model can do. `null`: nobody told us; unknown neither opens nor closes anything by itself. */
export interface Capabilities {
  /** Generates text (chat, completion). */
  text: boolean | null;
  tools: boolean | null;
  vision: boolean | null;
  jsonSchema: boolean | null;
  thinking: boolean | null;
  embeddings: boolean | null;
  /** Fill in the middle (`suffix`). */
  insert: boolean | null;
}

export const UNKNOWN_CAPABILITIES: Capabilities = {
  text: null,
  tools: null,
  vision: null,
  jsonSchema: null,
  thinking: null,
  embeddings: null,
  insert: null,
};

/** One model at one provider: the thing that is chosen. A value, replaced as a whole when something is learned of it. */
export interface Endpoint {
  /** `PROVIDER/MODEL`, unique. */
  id: string;
  providerId: string;
  /** The provider's own name of the model, verbatim. */
  model: string;
  /** Where the model runs. A `:cloud` model at a local Ollama is on the cloud track. */
  track: Track;
  /** The protocol its provider speaks. */
  protocol: Protocol;
  capabilities: Capabilities;
  /** Longest prompt plus answer in tokens; null when unknown. */
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** False: the model refuses temperature, top_p and top_k (newer Claude models). */
  takesSampling: boolean;
  /** Bytes of the weights, when the provider tells (Ollama). */
  sizeBytes: number | null;
  /** In memory now; null where the question makes no sense (cloud) or nobody knows. */
  loaded: boolean | null;
}
