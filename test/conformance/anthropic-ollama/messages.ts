import type { Tool } from '@anthropic-ai/sdk/resources/messages';
import type { Answer } from '../../support/upstreams/answer.ts';

/** The question that most tests ask. */
export const HELLO: { role: 'user'; content: string }[] = [{ role: 'user', content: 'Hello' }];

export const WEATHER_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
};

export const WEATHER_TOOL: Tool = {
  name: 'weather',
  description: 'The weather in a city',
  input_schema: WEATHER_SCHEMA,
};

/** Two calls of one tool in one answer. */
export const TWO_CALLS: Answer = {
  toolCalls: [
    { name: 'weather', arguments: { city: 'Paris' } },
    { name: 'weather', arguments: { city: 'Rome' } },
  ],
  usage: { input: 40, output: 20 },
};
