import type { ChatMessage, ChatPart, ChatRequest } from '../chat-request.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { findAdjustments } from './find-adjustments.ts';
import { findUnsupported, findUnsupportedParts } from './find-unsupported.ts';
import { imageData, joinTexts } from './print-messages.ts';
import { printSharedFields } from './print-shared-fields.ts';

/** What `/api/generate` cannot express: it takes one prompt, perhaps with a system message. */
export function unsupportedByGenerate(request: ChatRequest): string[] {
  const found = [...findUnsupported(request), ...findUnsupportedParts(request, isOwnField)];
  if (splitPrompt(request.messages) === null) found.push('a conversation of several messages');
  if (request.tools !== undefined) found.push('tools');
  return found;
}

/** Prints a request for `POST /api/generate`. */
export function printGenerateRequest(request: ChatRequest, target: PrintTarget): PrintedRequest {
  const { system, prompt } = splitPrompt(request.messages) ?? { system: [], prompt: { parts: [] } };
  const body: JsonObject = { model: target.model, prompt: joinTexts(prompt.parts) };
  if (system.length > 0) body.system = system.map((message) => joinTexts(message.parts)).join('\n\n');
  if (request.suffix !== undefined) body.suffix = request.suffix;
  const images = imageData(prompt.parts);
  if (images.length > 0) body.images = images;
  for (const part of prompt.parts) if (isOwnField(part)) Object.assign(body, part.value);
  Object.assign(body, printSharedFields(request, target));
  return { path: '/api/generate', body, adjusted: findAdjustments(request, target) };
}

/** System messages, then one message of the user; null for anything else. */
function splitPrompt(messages: ChatMessage[]): { system: ChatMessage[]; prompt: ChatMessage } | null {
  const system = messages.slice(0, -1);
  const prompt = messages.at(-1);
  return prompt?.role === 'user' && system.every((message) => message.role === 'system') ? { system, prompt } : null;
}

/** raw, template and context. */
function isOwnField(part: ChatPart): part is Extract<ChatPart, { type: 'opaque' }> {
  return part.type === 'opaque' && part.protocol === 'ollama';
}
