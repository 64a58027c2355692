import type { ChatRequest, OutputFormat, Reasoning, ReasoningEffort } from '../chat-request.ts';
import { Fields } from '../fields.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseContextTokens, parseGenerationFields, toExtra } from './parse-generation-fields.ts';
import { parseMessages } from './parse-messages.ts';
import { parseTools } from './parse-tools.ts';

/** Reads the body of `POST /v1/chat/completions`. Fields it does not understand go into `extra`. */
export function parseChatRequest(body: JsonObject): ChatRequest {
  const fields = new Fields(body);
  const tools = parseTools(fields);
  const output = parseResponseFormat(fields.object('response_format'));
  const reasoning = parseReasoning(fields);
  const { contextTokens, options } = parseContextTokens(fields);
  const request: ChatRequest = {
    model: fields.requiredString('model'),
    mode: 'chat',
    messages: parseMessages(fields),
    stream: fields.boolean('stream') ?? false,
    ...parseGenerationFields(fields),
    ...tools.known,
    ...omitUndefined({
      output: output.known,
      reasoning: reasoning.known,
      contextTokens,
      logprobs: parseLogprobs(fields),
    }),
  };
  const aside = omitUndefined({ options, response_format: output.unknown });
  return Object.assign(request, toExtra(fields.rest(), aside, tools.extra, reasoning.unknown));
}

function parseLogprobs(fields: Fields): { top: number } | undefined {
  const wanted = fields.boolean('logprobs');
  const top = fields.integer('top_logprobs') ?? 0;
  return wanted === true ? { top } : undefined;
}

/** `text` is what everybody does anyway. A schema beside `json_object` is llama.cpp's way to ask for one. */
function parseResponseFormat(format: JsonObject | undefined): { known?: OutputFormat; unknown?: JsonObject } {
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json_object') {
    return { known: isJsonObject(format.schema) ? { type: 'json_schema', schema: format.schema } : { type: 'json' } };
  }
  if (format.type !== 'json_schema') return { unknown: format };
  const asked = Fields.of(format.json_schema, 'response_format.json_schema');
  const known: OutputFormat = {
    type: 'json_schema',
    schema: asked.object('schema') ?? {},
    ...omitUndefined({
      name: asked.string('name'),
      description: asked.string('description'),
      strict: asked.boolean('strict'),
    }),
  };
  return { known };
}

const EFFORTS: readonly ReasoningEffort[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * Reads `reasoning_effort` and OpenRouter's `reasoning: {effort, max_tokens, enabled}`. "none" switches thinking off;
 * words of the future stay as they are in `unknown`.
 */
function parseReasoning(fields: Fields): { known?: Reasoning; unknown?: JsonObject } {
  if (!fields.hasAny('reasoning', 'reasoning_effort')) return {};
  const nested = new Fields(fields.object('reasoning') ?? {}, 'reasoning');
  const nestedWord = nested.string('effort');
  const word = fields.string('reasoning_effort') ?? nestedWord;
  const effort = EFFORTS.find((each) => each === word);
  const known: Reasoning = omitUndefined({
    enabled: word === 'none' ? false : nested.boolean('enabled'),
    effort,
    budgetTokens: nested.integer('max_tokens'),
  });
  const isUnknownWord = word !== undefined && word !== 'none' && effort === undefined;
  const unknown = omitUndefined({ reasoning: nested.rest(), reasoning_effort: isUnknownWord ? word : undefined });
  return Object.keys(known).length === 0 ? { unknown } : { known, unknown };
}
