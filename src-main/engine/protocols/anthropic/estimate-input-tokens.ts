import type { ChatPart, ChatRequest } from '../chat-request.ts';

/** Bytes of UTF-8 per token: about right for English (4), for code (3.5) and for Chinese (3 bytes, 0.75 tokens). */
const BYTES_PER_TOKEN = 4;
/** What Anthropic charges for an image of the largest size it keeps (1568 px on the long edge); most are that large. */
const TOKENS_PER_IMAGE = 1600;
/** Role and separators around each message. */
const TOKENS_PER_MESSAGE = 4;
/** The system text that explains tool use to the model, once, when there are tools. */
const TOKENS_FOR_TOOL_USE = 346;

/**
 * Estimates the tokens of a prompt without its model's tokenizer: system, messages, tool calls and results, tool
 * definitions and images. Usually within a quarter of the true number, and never 0.
 */
export function estimateInputTokens(request: ChatRequest): number {
  let tokens = 0;
  for (const message of request.messages) {
    tokens += TOKENS_PER_MESSAGE;
    for (const part of message.parts) tokens += estimatePart(part);
  }
  if (request.tools !== undefined) {
    tokens += TOKENS_FOR_TOOL_USE;
    for (const tool of request.tools) tokens += estimateTextTokens(JSON.stringify(tool));
  }
  if (request.output?.type === 'json_schema') tokens += estimateTextTokens(JSON.stringify(request.output.schema));
  return Math.max(1, tokens);
}

/** Estimates the tokens of one text. */
function estimateTextTokens(text: string): number {
  return Math.ceil(utf8Length(text) / BYTES_PER_TOKEN);
}

/** Estimates the tokens of one part of a message or of an answer. */
export function estimatePart(part: ChatPart): number {
  switch (part.type) {
    case 'text':
    case 'thinking':
      return estimateTextTokens(part.text);
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'redacted_thinking':
      return estimateTextTokens(part.data);
    case 'tool_call':
      return estimateTextTokens(part.name) + estimateTextTokens(JSON.stringify(part.arguments));
    case 'tool_result':
      return part.content.reduce((sum, each) => sum + estimatePart(each), TOKENS_PER_MESSAGE);
    case 'opaque':
      return estimateTextTokens(JSON.stringify(part.value));
  }
}

/** Without encoding it: texts can be megabytes long. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes += 2;
    else if (code >= 0x80) bytes += 1;
  }
  return bytes;
}
