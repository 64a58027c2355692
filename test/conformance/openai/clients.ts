import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import OpenAI from 'openai';
import type { Rig } from '../support/start-rig.ts';
import { checkedFetch } from './checked-fetch.ts';

/**
 * The real clients, pointed at the gateway as a person would do it. Their answers are held against the published schema,
 * except with `fetch` given.
 */
export interface ClientOptions {
  /** Default 0: what fails is to be seen at once. */
  maxRetries?: number;
  fetch?: typeof fetch;
}

const API_KEY = 'not-needed';

export function createOpenAiClient(rig: Rig, options: ClientOptions = {}): OpenAI {
  const { maxRetries = 0, fetch = checkedFetch() } = options;
  return new OpenAI({ baseURL: `${rig.url}/v1`, apiKey: API_KEY, maxRetries, fetch });
}

/** The AI SDK's provider for servers like OpenAI's. */
export function createCompatible(rig: Rig, options: ClientOptions = {}): OpenAICompatibleProvider {
  return createOpenAICompatible({
    name: 'pointsman',
    baseURL: `${rig.url}/v1`,
    apiKey: API_KEY,
    includeUsage: true,
    supportsStructuredOutputs: true,
    fetch: options.fetch ?? checkedFetch(),
  });
}

/** The AI SDK's provider for OpenAI itself: a call of it speaks Responses, its `chat` chat completions. */
export function createAiOpenAi(rig: Rig, options: ClientOptions = {}): OpenAIProvider {
  return createOpenAI({ baseURL: `${rig.url}/v1`, apiKey: API_KEY, fetch: options.fetch ?? checkedFetch() });
}

export function createLangChain(rig: Rig, options: ClientOptions & { fields?: ChatOpenAIFields } = {}): ChatOpenAI {
  const { maxRetries = 0, fetch = checkedFetch() } = options;
  const configuration = { baseURL: `${rig.url}/v1`, fetch };
  return new ChatOpenAI({ model: rig.model, apiKey: API_KEY, maxRetries, configuration, ...options.fields });
}
