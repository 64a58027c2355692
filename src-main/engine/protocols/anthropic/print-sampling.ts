import type { ChatRequest } from '../chat-request.ts';
import type { JsonObject } from '../json.ts';

/** Parameters that Anthropic has no words for, with the names that clients know them by. */
const UNKNOWN_HERE = [
  ['seed', 'seed'],
  ['minP', 'min_p'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['repeatPenalty', 'repeat_penalty'],
  ['keepAlive', 'keep_alive'],
  ['contextTokens', 'num_ctx'],
] as const satisfies readonly (readonly [keyof ChatRequest, string])[];

/** temperature, top_p, top_k and stop_sequences; what cannot be said is named in `adjusted`. */
export function printSampling(
  request: ChatRequest,
  options: { takesSampling: boolean; isThinking: boolean; adjusted: string[] },
): JsonObject {
  const { adjusted } = options;
  for (const [name, word] of UNKNOWN_HERE) {
    if (request[name] !== undefined) adjusted.push(`${word} was left out: Anthropic has no such parameter`);
  }
  const stop = request.stop?.filter((each) => each.trim() !== '') ?? [];
  if (stop.length < (request.stop?.length ?? 0)) {
    adjusted.push('a stop sequence of white space was left out: Anthropic refuses it');
  }
  const printed = { ...printRandomness(request, options) };
  return stop.length === 0 ? printed : { ...printed, stop_sequences: stop };
}

function printRandomness(
  { temperature, topP, topK }: ChatRequest,
  { takesSampling, isThinking, adjusted }: { takesSampling: boolean; isThinking: boolean; adjusted: string[] },
): JsonObject {
  const obstacle = takesSampling ? (isThinking ? 'the model thinks' : null) : 'the model takes none';
  if (obstacle !== null) {
    const given = Object.entries({ temperature, top_p: topP, top_k: topK }).filter(([, value]) => value !== undefined);
    for (const [name] of given) adjusted.push(`${name} was left out: ${obstacle}`);
    return {};
  }
  const printed: JsonObject = {};
  if (temperature !== undefined) printed.temperature = Math.min(temperature, 1);
  if (temperature !== undefined && temperature > 1)
    adjusted.push(`temperature ${temperature} was sent as 1, the most here`);
  if (topP !== undefined && temperature === undefined) printed.top_p = topP;
  if (topP !== undefined && temperature !== undefined) adjusted.push('top_p was left out: temperature is given');
  if (topK !== undefined) printed.top_k = topK;
  return printed;
}
