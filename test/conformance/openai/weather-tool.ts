import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import type { Answer } from '../../support/upstreams/answer.ts';

/** A tool, and an answer that calls it twice: what goes wrong with tool calls goes wrong with the second one. */
export const WEATHER_SCHEMA: JsonObject & { type: 'object' } = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const WEATHER_TOOL = {
  type: 'function',
  function: { name: 'weather', description: 'Tells the weather of a city.', parameters: WEATHER_SCHEMA },
} as const;

export const CITIES = ['Zürich', 'Rome'];

/** The parsed arguments of a call as OpenAI's clients have it. */
export function argumentsOf(call: { type: string; function?: { arguments: string } }): unknown {
  return JSON.parse(call.function?.arguments ?? '');
}

export const TWO_CALLS: Answer = {
  toolCalls: CITIES.map((city, index) => ({ id: `call_${index + 1}`, name: 'weather', arguments: { city } })),
};
