import type { FormatName, Protocol } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import { statusOf } from '../protocols/failure.ts';
import type { SurfaceFormat, UpstreamFormat } from '../protocols/format.ts';
import type { JsonObject } from '../protocols/json.ts';
import { anthropicMessages } from '../protocols/anthropic/anthropic-messages.ts';
import { anthropicStatusOf, printAnthropicError, printAnthropicStreamError } from '../protocols/anthropic/errors.ts';
import { ollamaChat } from '../protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../protocols/ollama/ollama-generate.ts';
import { printOllamaError, printOllamaStreamError } from '../protocols/ollama/errors.ts';
import { openaiChat } from '../protocols/openai/openai-chat.ts';
import { openaiCompletions } from '../protocols/openai/openai-completions.ts';
import { printOpenAiError, printOpenAiStreamError } from '../protocols/openai/errors.ts';
import { openaiResponses } from '../protocols/openai-responses/openai-responses.ts';

/** Every wire format apps may speak to us. */
export const SURFACE_FORMATS: Readonly<Record<FormatName, SurfaceFormat>> = {
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'openai-responses': openaiResponses,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'anthropic-messages': anthropicMessages,
};

/** The formats we translate into. */
export const UPSTREAM_FORMATS = {
  'openai-chat': openaiChat,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'anthropic-messages': anthropicMessages,
} as const satisfies Partial<Record<FormatName, UpstreamFormat>>;

/** How each protocol family says that something went wrong. */
export const ERROR_FORMATS: Readonly<Record<Protocol, ErrorFormat>> = {
  openai: { print: printOpenAiError, printInStream: printOpenAiStreamError, statusOf },
  ollama: { print: printOllamaError, printInStream: printOllamaStreamError, statusOf },
  anthropic: { print: printAnthropicError, printInStream: printAnthropicStreamError, statusOf: anthropicStatusOf },
};

export interface ErrorFormat {
  print(failure: Failure): JsonObject;
  printInStream(failure: Failure): string;
  statusOf(failure: Failure): number;
}
