import type { ChatPart, ChatRequest } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseContextTokens, parseGenerationFields, toExtra } from './parse-generation-fields.ts';

/** Reads the body of `POST /v1/completions`; the prompt becomes the one user message. */
export function parseCompletionRequest(body: JsonObject): ChatRequest {
  const fields = new Fields(body);
  const { contextTokens, options } = parseContextTokens(fields);
  const top = fields.integer('logprobs');
  const suffix = fields.string('suffix');
  const request: ChatRequest = {
    model: fields.requiredString('model'),
    mode: 'completion',
    messages: [{ role: 'user', parts: parsePrompt(fields.take('prompt')) }],
    stream: fields.boolean('stream') ?? false,
    ...parseGenerationFields(fields),
    ...omitUndefined({
      contextTokens,
      suffix: suffix === '' ? undefined : suffix,
      logprobs: top === undefined ? undefined : { top },
    }),
  };
  return { ...request, ...toExtra(fields.rest(), omitUndefined({ options })) };
}

/** A string or an array of one; token arrays and several prompts at once are for OpenAI-style servers alone. */
function parsePrompt(prompt: JsonValue | undefined): ChatPart[] {
  const only = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (only === '') return [];
  if (typeof only === 'string') return [{ type: 'text', text: only }];
  if (!isBatch(prompt)) throw mismatch('prompt', 'a string, an array of strings or an array of tokens', prompt);
  return [{ type: 'opaque', protocol: 'openai', kind: 'prompt_array', value: { prompt } }];
}

function isBatch(prompt: JsonValue | undefined): prompt is JsonValue[] {
  if (!Array.isArray(prompt) || prompt.length === 0) return false;
  const isTokens = (value: JsonValue): boolean =>
    Array.isArray(value) && value.every((each) => typeof each === 'number');
  return isTokens(prompt) || prompt.every(isTokens) || prompt.every((each) => typeof each === 'string');
}
