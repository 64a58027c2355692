/**
 * What can be told from a model's name alone, for providers that list names and nothing else. Names come with and
 * without a maker's prefix (`openai/text-embedding-3-small`, `accounts/fireworks/models/…`).
 */

/** Families of embedding models, each with where it is from. Matched anywhere in the name, in any case. */
const EMBEDDING_FAMILIES: readonly RegExp[] = [
  /embed/, // OpenAI text-embedding-*, Gemini *-embedding-*, Cohere embed-*, nomic-embed, mxbai-embed, Qwen3-Embedding
  /(^|[/-])bge-(?!reranker)/, // BAAI
  /(^|[/-])gte-/, // Alibaba
  /(^|[/-])(multilingual-)?e5-/, // Microsoft
  /(^|[/-])all-minilm/, // sentence-transformers
  /(^|[/-])voyage-/, // Voyage AI
  /(^|[/-])uae-large/, // WhereIsAI
  /-retrieval$/, // Together m2-bert-*-retrieval
];

/** Models that take or give something else than text: speech, pictures, film, scores, moderation. */
const NO_TEXT_FAMILIES: readonly RegExp[] = [
  /whisper|transcribe|(^|[/-])tts|speech|orpheus|parakeet|canary/,
  /dall-e|gpt-image|chatgpt-image|stable-diffusion|sdxl|(^|[/-])flux|imagen|seedream|(^|[/-])recraft/,
  /(^|[/-])(sora|veo|kling|wan2)/,
  /moderation|rerank|prompt-guard|lyria|realtime/,
];

/** True when the name is one of a known embedding model. False says nothing: there are others. */
export function isEmbeddingName(model: string): boolean {
  const name = model.toLowerCase();
  return EMBEDDING_FAMILIES.some((family) => family.test(name));
}

/** True when the name is one of a model that does not answer in text. */
export function isOtherMediumName(model: string): boolean {
  const name = model.toLowerCase();
  return NO_TEXT_FAMILIES.some((family) => family.test(name));
}

/**
 * False for models that refuse temperature, top_p and top_k even at their default values: Claude Opus 4.7 and later,
 * and every Claude from 5 on (platform.claude.com/docs, migration guide of API version 2026-10-21). Reads Anthropic's own
 * names, old (`claude-3-5-sonnet-…`) and new (`claude-opus-4-7`), and those of resellers (`anthropic/claude-opus-4.7`,
 * `us.anthropic.claude-opus-4-7-v1:0`).
 */
export function takesSampling(model: string): boolean {
  const version = claudeVersion(model);
  if (version === null) return true;
  if (version.major >= 5) return false;
  return !(version.family === 'opus' && version.major === 4 && version.minor >= 7);
}

/** Family and version in a Claude model's name; null for other names and for Claude names without a version. */
function claudeVersion(model: string): { family: string | null; major: number; minor: number } | null {
  const [, tail] = /(?:^|[^a-z])claude[-_.]?(.*)$/.exec(model.toLowerCase()) ?? [];
  if (tail === undefined) return null;
  const words = tail.split(/[-_.@:/]/);
  const at = words.findIndex(isVersionNumber);
  if (at === -1) return null;
  const next = words[at + 1];
  return {
    family: words.find((word) => /^[a-z]{3,}$/.test(word)) ?? null,
    major: Number(words[at]),
    minor: next !== undefined && isVersionNumber(next) ? Number(next) : 0,
  };
}

/** One or two digits; eight are a date. */
function isVersionNumber(word: string): boolean {
  return /^\d{1,2}$/.test(word);
}
