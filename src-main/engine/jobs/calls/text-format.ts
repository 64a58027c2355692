import { anthropicMessages } from '../../protocols/anthropic/anthropic-messages.ts';
import type { Protocol } from '../../protocols/chat-request.ts';
import type { UpstreamFormat } from '../../protocols/format.ts';
import { ollamaChat } from '../../protocols/ollama/ollama-chat.ts';
import { openaiChat } from '../../protocols/openai/openai-chat.ts';
import type { Operation } from '../../store/records.ts';

/** How each kind of provider is asked for a text. */
export const TEXT_FORMATS: Readonly<Record<Protocol, UpstreamFormat & { name: Operation }>> = {
  ollama: ollamaChat,
  openai: openaiChat,
  anthropic: anthropicMessages,
};
