import type { ChatRequest } from '../protocols/chat-request.ts';
import type { Capabilities, Endpoint } from './endpoint.ts';
import { estimatePromptTokens } from './estimate-prompt-tokens.ts';

/** What a request asks of the model that answers it. */
export interface RequestNeeds {
  capabilities: readonly (keyof Capabilities)[];
  /** Estimate of prompt tokens; a context window below it rules an endpoint out. */
  promptTokens: number;
  /** What money is held for; absent: a quarter more than expected. */
  mostPromptTokens?: number;
}

const WORDS: Readonly<Record<keyof Capabilities, string>> = {
  text: 'generate text',
  tools: 'call tools',
  vision: 'see images',
  jsonSchema: 'answer by a JSON schema',
  thinking: 'think',
  embeddings: 'embed',
  insert: 'fill in the middle',
};

/** Reads the needs off a text request. `bodyCharacters`: length of its body as it came. */
export function needsOf(request: ChatRequest, bodyCharacters: number): RequestNeeds {
  const capabilities: (keyof Capabilities)[] = ['text'];
  if (request.tools !== undefined && request.toolChoice?.type !== 'none') capabilities.push('tools');
  if (request.suffix !== undefined) capabilities.push('insert');
  if (hasImages(request)) capabilities.push('vision');
  const { promptTokens, mostPromptTokens } = estimatePromptTokens(request, bodyCharacters);
  return { capabilities, promptTokens, mostPromptTokens };
}

function hasImages({ messages }: ChatRequest): boolean {
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'image') return true;
      if (part.type === 'tool_result' && part.content.some(({ type }) => type === 'image')) return true;
    }
  }
  return false;
}

/** Why the endpoint cannot do what is needed, in words; null when nothing known speaks against it. */
export function whyUnable(endpoint: Endpoint, needs: RequestNeeds): string | null {
  for (const capability of needs.capabilities) {
    if (endpoint.capabilities[capability] === false) return `cannot ${WORDS[capability]}`;
  }
  if (endpoint.contextTokens !== null && needs.promptTokens > endpoint.contextTokens * PROMPT_ESTIMATE_SLACK) {
    return `its context of ${endpoint.contextTokens} tokens is too short for about ${needs.promptTokens}`;
  }
  return null;
}

/** The estimate may be too high by half; only what cannot fit even then is ruled out. */
const PROMPT_ESTIMATE_SLACK = 1.5;
