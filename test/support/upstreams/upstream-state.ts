import type { UpstreamModel } from './upstream-model.ts';

/** What an upstream keeps between requests. Tests may change it at any time. */
export interface UpstreamState {
  models: UpstreamModel[];
  /** Ollama's. */
  version: string;
  /** Digests that were uploaded to Ollama. */
  blobs: Set<string>;
}
