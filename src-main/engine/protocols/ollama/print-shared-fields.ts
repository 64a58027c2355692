import type { ChatRequest, Reasoning, ReasoningEffort } from '../chat-request.ts';
import type { PrintTarget } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Ollama knows four levels; ours in between take the nearest one that does not think more than asked. */
const THINK: Record<ReasoningEffort, JsonValue> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'max',
};

/**
 * Prints what `/api/chat` and `/api/generate` have in common. Nothing that the client did not send is printed, so that
 * the defaults of the model's own Modelfile hold; fields of other protocols stay out.
 */
export function printSharedFields(request: ChatRequest, target: PrintTarget): JsonObject {
  const own = request.extra?.protocol === 'ollama' ? request.extra.fields : {};
  const options: JsonObject = { ...printOptions(request, target), ...(isJsonObject(own.options) && own.options) };
  return {
    ...own,
    ...omitUndefined({
      stream: request.stream,
      format: request.output?.type === 'json_schema' ? request.output.schema : request.output?.type,
      options: Object.keys(options).length === 0 ? undefined : options,
      think: printThink(request.reasoning),
      keep_alive: request.keepAlive,
      logprobs: request.logprobs === undefined ? undefined : true,
      top_logprobs: request.logprobs === undefined || request.logprobs.top === 0 ? undefined : request.logprobs.top,
    }),
  };
}

function printOptions(request: ChatRequest, target: PrintTarget): JsonObject {
  const sampling = { temperature: request.temperature, top_p: request.topP, top_k: request.topK };
  return omitUndefined({
    num_predict: request.maxOutputTokens,
    num_ctx: request.contextTokens,
    ...(target.takesSampling && sampling),
    min_p: request.minP,
    seed: request.seed,
    stop: request.stop,
    repeat_penalty: request.repeatPenalty,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  });
}

function printThink(reasoning: Reasoning | undefined): JsonValue | undefined {
  if (reasoning === undefined) return undefined;
  if (reasoning.enabled === false) return false;
  if (reasoning.effort !== undefined) return THINK[reasoning.effort];
  return reasoning.enabled === true || reasoning.budgetTokens !== undefined ? true : undefined;
}
