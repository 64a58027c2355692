import type { SurfaceFormat, UpstreamFormat } from '../format.ts';
import { inspectResult } from './inspect-result.ts';
import { OllamaDecoder } from './ollama-decoder.ts';
import { OllamaEncoder } from './ollama-encoder.ts';
import { OllamaPassThrough } from './ollama-pass-through.ts';
import { parseChatRequest } from './parse-chat-request.ts';
import { parseResult } from './parse-result.ts';
import { printChatRequest, unsupportedByChat } from './print-chat-request.ts';
import { printResult } from './print-result.ts';

/** Ollama's `POST /api/chat`. */
export const ollamaChat: SurfaceFormat & UpstreamFormat = {
  name: 'ollama-chat',
  protocol: 'ollama',
  streamType: 'application/x-ndjson',
  parseRequest: parseChatRequest,
  createEncoder: (reply) => new OllamaEncoder('chat', reply),
  printResult: (result, reply) => printResult(result, 'chat', reply),
  createPassThrough: () => new OllamaPassThrough('chat'),
  inspectResult: (body) => inspectResult(body, 'chat'),
  unsupported: unsupportedByChat,
  printRequest: printChatRequest,
  createDecoder: (request) => new OllamaDecoder('chat', request),
  parseResult: (body, request) => parseResult(body, 'chat', request),
};
