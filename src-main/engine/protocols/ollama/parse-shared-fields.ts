import type { ChatRequest, OutputFormat, Reasoning } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/**
 * Reads what `/api/chat` and `/api/generate` have in common: everything but the messages and the tools. Call it last:
 * what nobody has read by then goes into `extra`, unknown options under `options`.
 */
export function parseSharedFields(body: Fields): Omit<ChatRequest, 'mode' | 'messages'> {
  const options = new Fields(body.object('options') ?? {}, 'options');
  const shared = {
    output: parseFormat(body),
    reasoning: parseThink(body),
    keepAlive: parseKeepAlive(body),
    logprobs: parseLogprobs(body),
    ...parseOptions(options),
  };
  return {
    model: body.requiredString('model'),
    stream: body.boolean('stream') ?? true,
    ...omitUndefined({ ...shared, extra: restOf(body, options) }),
  };
}

/** `keep_alive`: seconds, or a Go duration. */
export function parseKeepAlive(body: Fields): number | string | undefined {
  const value = body.take('keep_alive');
  if (value === undefined || typeof value === 'number' || typeof value === 'string') return value;
  throw mismatch(body.path('keep_alive'), 'a number of seconds or a duration such as "5m"', value);
}

function parseOptions(options: Fields) {
  return {
    maxOutputTokens: positive(options, 'num_predict'),
    contextTokens: positive(options, 'num_ctx'),
    temperature: options.number('temperature'),
    topK: options.integer('top_k'),
    topP: options.number('top_p'),
    minP: options.number('min_p'),
    seed: options.integer('seed'),
    stop: options.strings('stop'),
    repeatPenalty: options.number('repeat_penalty'),
    presencePenalty: options.number('presence_penalty'),
    frequencyPenalty: options.number('frequency_penalty'),
  };
}

/** Zero and below mean "no bound" (-1) or "fill the context" (-2): words for Ollama alone, see `restOf`. */
function positive(options: Fields, name: string): number | undefined {
  const value = options.integer(name);
  return value !== undefined && value > 0 ? value : undefined;
}

function parseFormat(body: Fields): OutputFormat | undefined {
  const value = body.take('format');
  if (value === undefined || value === '') return undefined;
  if (value === 'json') return { type: 'json' };
  if (isJsonObject(value)) return { type: 'json_schema', schema: value };
  throw mismatch(body.path('format'), '"json" or a JSON schema', value);
}

function parseThink(body: Fields): Reasoning | undefined {
  const value = body.take('think');
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'boolean') return { enabled: value };
  if (value === 'low' || value === 'medium' || value === 'high' || value === 'max') return { effort: value };
  throw mismatch(body.path('think'), 'true, false, "low", "medium", "high" or "max"', value);
}

function parseLogprobs(body: Fields): ChatRequest['logprobs'] {
  const top = body.integer('top_logprobs') ?? 0;
  return body.boolean('logprobs') === true ? { top } : undefined;
}

function restOf(body: Fields, options: Fields): ChatRequest['extra'] {
  const fields: JsonObject = body.rest() ?? {};
  const unknownOptions = options.rest() ?? {};
  for (const name of ['num_predict', 'num_ctx']) {
    const value = options.integer(name);
    if (value !== undefined && value <= 0) unknownOptions[name] = value;
  }
  if (Object.keys(unknownOptions).length > 0) fields.options = unknownOptions;
  return Object.keys(fields).length > 0 ? { protocol: 'ollama', fields } : undefined;
}
