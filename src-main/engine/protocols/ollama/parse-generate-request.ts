import type { ChatMessage, ChatPart, ChatRequest } from '../chat-request.ts';
import { Fields } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import { loadPart } from './load-request.ts';
import { parseImage } from './parse-image.ts';
import { parseSharedFields } from './parse-shared-fields.ts';

/**
 * Reads a body of `POST /api/generate`. `raw`, `template` and `context` are Ollama's alone and become opaque parts of
 * the prompt, so that every other protocol refuses them by name. An empty prompt loads or unloads the model. Throws
 * InvalidRequest.
 */
export function parseGenerateRequest(json: JsonObject): ChatRequest {
  const body = new Fields(json);
  const system = body.string('system') ?? '';
  const prompt = body.string('prompt') ?? '';
  const suffix = body.string('suffix') ?? '';
  const parts: ChatPart[] = [...parseImages(body), ...parseOwnFields(body)];
  const shared = parseSharedFields(body);
  parts.unshift(prompt === '' ? loadPart(shared.keepAlive) : { type: 'text', text: prompt });
  const messages: ChatMessage[] = [{ role: 'user', parts }];
  if (system !== '') messages.unshift({ role: 'system', parts: [{ type: 'text', text: system }] });
  return { mode: 'completion', messages, ...shared, ...(suffix !== '' && { suffix }) };
}

function parseImages(body: Fields): ChatPart[] {
  return body.array('images')?.map((image, at) => parseImage(image, `images[${at}]`)) ?? [];
}

function parseOwnFields(body: Fields): ChatPart[] {
  const parts: ChatPart[] = [];
  const keep = (kind: string, value: JsonObject) => parts.push({ type: 'opaque', protocol: 'ollama', kind, value });
  if (body.boolean('raw') === true) keep('raw', { raw: true });
  const template = body.string('template') ?? '';
  if (template !== '') keep('template', { template });
  const context = body.array('context') ?? [];
  if (context.length > 0) keep('context', { context });
  return parts;
}
