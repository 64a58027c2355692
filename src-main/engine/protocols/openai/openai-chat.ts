import type { SurfaceFormat, UpstreamFormat } from '../format.ts';
import { SsePassThrough } from '../sse-pass-through.ts';
import { OpenAiChatDecoder } from './chat-decoder.ts';
import { OpenAiChatEncoder } from './chat-encoder.ts';
import { inspectChatResult } from './inspect-result.ts';
import { parseChatRequest } from './parse-chat-request.ts';
import { parseChatResult } from './parse-chat-result.ts';
import { listUnsupported, printChatRequest } from './print-chat-request.ts';
import { printChatResult } from './print-chat-result.ts';
import { chatDialect } from './repair-chat-choice.ts';
import { OpenAiWatcher } from './stream-watcher.ts';

/** `/v1/chat/completions`, in both directions. */
export const openaiChat: SurfaceFormat & UpstreamFormat = {
  name: 'openai-chat',
  protocol: 'openai',
  streamType: 'text/event-stream',
  parseRequest: parseChatRequest,
  createEncoder: (reply) => new OpenAiChatEncoder(reply),
  printResult: printChatResult,
  createPassThrough: (reply) => new SsePassThrough(new OpenAiWatcher(reply, chatDialect)),
  inspectResult: inspectChatResult,
  unsupported: listUnsupported,
  printRequest: printChatRequest,
  createDecoder: () => new OpenAiChatDecoder(),
  parseResult: parseChatResult,
};
