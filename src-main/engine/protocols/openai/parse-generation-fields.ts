import type { ChatRequest } from '../chat-request.ts';
import { mismatch, type Fields } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/**
 * Reads what `/v1/chat/completions` and `/v1/completions` have in common. Values that say the same as absence (`n: 1`,
 * a penalty of 0, a limit of -1) count as absent. `keep_alive`, `num_ctx`, `top_k`, `min_p` and `repeat_penalty` are
 * extensions that local servers know.
 */
export function parseGenerationFields(fields: Fields): Partial<ChatRequest> {
  fields.take('stream_options');
  const maxTokens = fields.integer('max_tokens');
  const repetitionPenalty = fields.number('repetition_penalty');
  return omitUndefined({
    maxOutputTokens: unless((value) => value <= 0, fields.integer('max_completion_tokens') ?? maxTokens),
    stop: unless(
      (list) => list.length === 0,
      fields.strings('stop')?.filter((word) => word !== ''),
    ),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.integer('top_k'),
    minP: fields.number('min_p'),
    seed: fields.integer('seed'),
    presencePenalty: unless((value) => value === 0, fields.number('presence_penalty')),
    frequencyPenalty: unless((value) => value === 0, fields.number('frequency_penalty')),
    repeatPenalty: fields.number('repeat_penalty') ?? repetitionPenalty,
    choices: unless((value) => value <= 1, fields.integer('n')),
    keepAlive: parseKeepAlive(fields),
    user: fields.string('user'),
  });
}

/** `num_ctx` at the top or, as in Ollama's own API, under `options`; other options are left over for `extra`. */
export function parseContextTokens(fields: Fields): { contextTokens?: number; options?: JsonObject } {
  if (!fields.hasAny('num_ctx', 'options')) return {};
  const atTop = fields.integer('num_ctx');
  const { num_ctx: below, ...options } = fields.object('options') ?? {};
  if (below !== undefined && below !== null && (typeof below !== 'number' || !Number.isInteger(below))) {
    throw mismatch(`${fields.path('options')}.num_ctx`, 'a whole number', below);
  }
  return omitUndefined({
    contextTokens: atTop ?? below ?? undefined,
    options: Object.keys(options).length === 0 ? undefined : options,
  });
}

/** Fields without a name in our form, as `extra`. */
export function toExtra(...sources: (JsonObject | undefined)[]): Pick<ChatRequest, 'extra'> {
  const filled = sources.filter((source) => source !== undefined && Object.keys(source).length > 0);
  if (filled.length === 0) return {};
  return { extra: { protocol: 'openai', fields: Object.assign({}, ...filled) as JsonObject } };
}

function parseKeepAlive(fields: Fields): number | string | undefined {
  const value = fields.take('keep_alive');
  if (value === undefined || typeof value === 'number' || typeof value === 'string') return value;
  throw mismatch(fields.path('keep_alive'), 'a number of seconds or a duration such as "5m"', value);
}

function unless<Value>(isNeutral: (value: Value) => boolean, value: Value | undefined): Value | undefined {
  return value === undefined || isNeutral(value) ? undefined : value;
}
