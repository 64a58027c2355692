import type { ProviderKind } from '../../../src-shared/catalogue.ts';

/** A model that a scripted upstream lists. */
export interface UpstreamModel {
  name: string;
  contextTokens?: number;
  /** Anthropic tells it. */
  maxOutputTokens?: number;
  /** Ollama's words: completion, tools, vision, insert, embedding, thinking. */
  capabilities?: string[];
  sizeBytes?: number;
  /** Stands in Ollama's `/api/ps`. */
  isLoaded?: boolean;
  /** Ollama: the model runs at this host in truth. */
  remoteHost?: string;
  /** Numbers in an embedding vector; default 8. */
  vectorLength?: number;
}

/** What each kind lists unless the test says otherwise. */
export const DEFAULT_MODELS: Readonly<Record<ProviderKind, readonly UpstreamModel[]>> = {
  openai: [{ name: 'gpt-4o' }, { name: 'gpt-4o-mini' }, { name: 'text-embedding-3-small' }],
  anthropic: [
    { name: 'claude-sonnet-4-5', contextTokens: 200_000, maxOutputTokens: 64_000 },
    { name: 'claude-haiku-4-5', contextTokens: 200_000, maxOutputTokens: 64_000 },
  ],
  ollama: [
    {
      name: 'llama3.2:3b',
      contextTokens: 131_072,
      capabilities: ['completion', 'tools'],
      sizeBytes: 2_019_393_189,
      isLoaded: true,
    },
    {
      name: 'qwen3:8b',
      contextTokens: 40_960,
      capabilities: ['completion', 'tools', 'thinking'],
      sizeBytes: 5_225_388_164,
    },
    { name: 'llava:7b', contextTokens: 32_768, capabilities: ['completion', 'vision'], sizeBytes: 4_733_363_377 },
    {
      name: 'nomic-embed-text:latest',
      contextTokens: 2048,
      capabilities: ['embedding'],
      sizeBytes: 274_302_450,
      vectorLength: 8,
    },
  ],
};

/** A vector that depends on the text alone, of length one. */
export function embed(text: string, length: number): number[] {
  let state = 2_166_136_261;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 16_777_619) >>> 0;
  const values = Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  const norm = Math.hypot(...values) || 1;
  return values.map((value) => Math.fround(value / norm));
}
