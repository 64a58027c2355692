import type { JsonObject } from './json.ts';

/** The wire formats apps speak to us; the last path segment of each says which endpoint it is. */
export type FormatName =
  'openai-chat' | 'openai-completions' | 'openai-responses' | 'ollama-chat' | 'ollama-generate' | 'anthropic-messages';

/** The three protocol families. Errors and pass-through are decided by family, bodies by format. */
export type Protocol = 'openai' | 'ollama' | 'anthropic';

/**
 * One request for text in our own form: what all six wire formats parse into and what the upstream formats print.
 * Absent means "the client did not say": it is never filled with a default, so that the model's own default holds.
 */
export interface ChatRequest {
  /** The name the client asked for, verbatim. */
  model: string;
  /** `completion` continues one prompt (`/v1/completions`, `/api/generate`); its prompt is the last user message. */
  mode: 'chat' | 'completion';
  /** In order, system messages included where they stood. */
  messages: ChatMessage[];
  stream: boolean;
  tools?: ToolDefinition[];
  toolChoice?: ToolChoice;
  /** False: at most one tool call per answer. */
  parallelToolCalls?: boolean;
  /** Upper bound of generated tokens, reasoning included. */
  maxOutputTokens?: number;
  /** Strings that end generation. Never empty when present. */
  stop?: string[];
  temperature?: number;
  topP?: number;
  topK?: number;
  minP?: number;
  seed?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  repeatPenalty?: number;
  output?: OutputFormat;
  reasoning?: Reasoning;
  /** Number of alternative answers (OpenAI `n`), only when above 1. */
  choices?: number;
  /** Token log-probabilities wanted; `top` is the number of alternatives per token (0 to 20). */
  logprobs?: { top: number };
  /** Text after the gap (fill in the middle); only with `mode: 'completion'`. */
  suffix?: string;
  /** How long the model stays loaded: seconds, or a Go duration such as "5m" (Ollama; an extension field elsewhere). */
  keepAlive?: number | string;
  /** Context window to load the model with (Ollama `num_ctx`; an extension field elsewhere). */
  contextTokens?: number;
  /** End user as the client names them (OpenAI `user`, Anthropic `metadata.user_id`). */
  user?: string;
  /** Fields this form has no name for. They travel to an upstream of the same protocol and are otherwise left out. */
  extra?: { protocol: Protocol; fields: JsonObject };
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  parts: ChatPart[];
}

/** A piece of a message. Tool calls stand in assistant messages, tool results in `tool` messages. */
export type ChatPart =
  | { type: 'text'; text: string }
  | { type: 'image'; source: ImageSource }
  /** `signature` is the upstream's proof that it wrote the text; it is valid only at the upstream that minted it. */
  | { type: 'thinking'; text: string; signature?: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_call'; id: string; name: string; arguments: JsonObject }
  | { type: 'tool_result'; callId: string; name?: string; content: (TextPart | ImagePart)[]; isError?: boolean }
  /** Something only its own protocol understands (audio, documents, search results), kept verbatim. */
  | { type: 'opaque'; protocol: Protocol; kind: string; value: JsonObject };

export type TextPart = Extract<ChatPart, { type: 'text' }>;
export type ImagePart = Extract<ChatPart, { type: 'image' }>;
export type ToolCallPart = Extract<ChatPart, { type: 'tool_call' }>;

/** `data` is bare base64 (no `data:` prefix). `mediaType` may be unknown: Ollama sends none. */
export type ImageSource = { kind: 'base64'; data: string; mediaType?: string } | { kind: 'url'; url: string };

export interface ToolDefinition {
  name: string;
  description?: string;
  /** JSON Schema of the arguments object. */
  parameters?: JsonObject;
  strict?: boolean;
}

export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

export type OutputFormat =
  { type: 'json' } | { type: 'json_schema'; schema: JsonObject; name?: string; description?: string; strict?: boolean };

/** How much the model may think. `enabled: false` switches thinking off; `effort` and `budgetTokens` imply it is on. */
export interface Reasoning {
  enabled?: boolean;
  effort?: ReasoningEffort;
  budgetTokens?: number;
}

export type ReasoningEffort = 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
