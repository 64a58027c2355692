import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

/** What Ollama really sends but the types of its npm package do not name: taken out before they are compared. */
const UNNAMED = new Set([
  'id',
  'index',
  'tool_call_id',
  'bytes',
  'context_length',
  'prompt_eval_cached_count',
  'remote_model',
  'remote_host',
  'capabilities',
]);

/** The fields that only the last chunk has, although the package's types demand them of every chunk. */
const END = {
  done_reason: 'stop',
  total_duration: 0,
  load_duration: 0,
  prompt_eval_count: 0,
  prompt_eval_duration: 0,
  eval_count: 0,
  eval_duration: 0,
};

/** An answer's end, or a whole answer: every field that the package's types demand must really be there. */
export function expectWholeAnswer(name: 'ChatResponse' | 'GenerateResponse', value: JsonObject): void {
  const context = name === 'GenerateResponse' ? { context: [] } : {};
  expectSchema('ollama', name, { ...context, ...named(value) });
}

/** A chunk before the end. */
function expectChunk(name: 'ChatResponse' | 'GenerateResponse', value: JsonObject): void {
  expectWholeAnswer(name, { ...END, ...value });
}

/** `/api/tags`; the types share one shape with `/api/ps` and so demand two fields that only `ps` has. */
export function expectModelList(value: { models: JsonObject[] }): void {
  const models = value.models.map((model) => ({ ...named(model), expires_at: '2026-01-01T00:00:00Z', size_vram: 0 }));
  expectSchema('ollama', 'ListResponse', { models });
}

/** `/api/show`; `model_info` is a Map in the types, whose only property would be `size`. */
export function expectShow(value: JsonObject): void {
  const { capabilities } = value;
  expectSchema('ollama', 'ShowResponse', { ...named(value), capabilities, model_info: { size: 0 } });
}

/** Every line of a stream: the chunks and then the end. */
export function expectStream(name: 'ChatResponse' | 'GenerateResponse', lines: JsonObject[]): void {
  for (const line of lines.slice(0, -1)) expectChunk(name, line);
  const last = lines.at(-1);
  if (last === undefined) throw new Error('The stream is empty.');
  expectWholeAnswer(name, last);
}

function named(value: JsonObject): JsonObject {
  const stripped: JsonObject = {};
  for (const [key, each] of Object.entries(value)) {
    if (each !== undefined && !UNNAMED.has(key)) stripped[key] = key === 'arguments' ? each : strip(each);
  }
  return stripped;
}

function strip(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(strip);
  return isJsonObject(value) ? named(value) : value;
}
