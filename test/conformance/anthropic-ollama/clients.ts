import { createAnthropic, type AnthropicProvider } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { ChatAnthropic } from '@langchain/anthropic';
import { Ollama } from 'ollama';
import { checkedFetch } from './checked-fetch.ts';

/** What the clients need of a rig. */
interface Target {
  url: string;
  model: string;
}

/** Answers are held against the published schemas, except with `fetch` given. */
interface ClientOptions {
  /** Default 0: what fails is to be seen at once. */
  maxRetries?: number;
  fetch?: typeof fetch;
}

const API_KEY = 'sk-client';

export function createAnthropicClient(rig: Target, options: ClientOptions = {}): Anthropic {
  const { maxRetries = 0, fetch = checkedFetch() } = options;
  return new Anthropic({ baseURL: rig.url, apiKey: API_KEY, maxRetries, fetch });
}

/** The AI SDK's provider for Anthropic. */
export function createAiAnthropic(rig: Target, options: ClientOptions = {}): AnthropicProvider {
  return createAnthropic({ baseURL: `${rig.url}/v1`, apiKey: API_KEY, fetch: options.fetch ?? checkedFetch() });
}

export function createLangChainAnthropic(rig: Target, options: ClientOptions = {}): ChatAnthropic {
  const { maxRetries = 0, fetch = checkedFetch() } = options;
  return new ChatAnthropic({
    model: rig.model,
    apiKey: API_KEY,
    anthropicApiUrl: rig.url,
    maxRetries,
    maxTokens: 500,
    clientOptions: { fetch },
  });
}

export function createOllamaClient(rig: Target, options: ClientOptions = {}): Ollama {
  return new Ollama({ host: rig.url, fetch: options.fetch ?? checkedFetch() });
}
