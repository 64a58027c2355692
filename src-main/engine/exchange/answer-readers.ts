import type { ChatPart, ChatRequest, FormatName } from '../protocols/chat-request.ts';
import type { StreamDecoder, UpstreamFormat } from '../protocols/format.ts';
import type { JsonObject } from '../protocols/json.ts';
import { CompletionReader, readCompletionParts } from '../protocols/openai/completion-reader.ts';
import { ResponseReader, readResponseParts } from '../protocols/openai-responses/response-reader.ts';
import { UPSTREAM_FORMATS } from './formats.ts';

/** How the answers of a format are read by somebody who only listens. */
interface AnswerReader {
  createDecoder(request: ChatRequest): StreamDecoder;
  /** Throws GarbledReply. */
  readWhole(body: JsonObject, request: ChatRequest): readonly ChatPart[];
}

function readerOf(format: UpstreamFormat): AnswerReader {
  return {
    createDecoder: (request) => format.createDecoder(request),
    readWhole: (body, request) => format.parseResult(body, request).parts,
  };
}

/** All formats that may pass through us unchanged. */
export const ANSWER_READERS: Readonly<Record<FormatName, AnswerReader>> = {
  'openai-chat': readerOf(UPSTREAM_FORMATS['openai-chat']),
  'openai-completions': { createDecoder: () => new CompletionReader(), readWhole: readCompletionParts },
  'openai-responses': { createDecoder: () => new ResponseReader(), readWhole: readResponseParts },
  'ollama-chat': readerOf(UPSTREAM_FORMATS['ollama-chat']),
  'ollama-generate': readerOf(UPSTREAM_FORMATS['ollama-generate']),
  'anthropic-messages': readerOf(UPSTREAM_FORMATS['anthropic-messages']),
};
