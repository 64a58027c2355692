import type { JsonObject } from '../engine/protocols/json.ts';
import type { DemoRequest } from './demo-request.ts';

const WEATHER: DemoRequest['tool'] = {
  name: 'get_weather',
  description: 'Weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const SUM_SCHEMA: JsonObject = {
  type: 'object',
  properties: { answer: { type: 'integer' }, confident: { type: 'boolean' } },
  required: ['answer', 'confident'],
  additionalProperties: false,
};

/** A little mixed traffic: all surfaces, all virtual names, exact names, a tool, a schema, an error and an outage. */
export const DEMO_REQUESTS: readonly DemoRequest[] = [
  { surface: 'OpenAI', model: 'pointsman/auto', question: 'What is 17 + 25?', stream: false },
  { surface: 'OpenAI', model: 'pointsman/fast', question: 'What is the capital of France?', stream: true },
  { surface: 'Responses', model: 'pointsman/best', question: 'What is the chemical symbol of tungsten?', stream: true },
  { surface: 'Responses', model: 'pointsman/cheap', question: 'What is 12 * 12?', stream: false },
  { surface: 'Anthropic', model: 'pointsman/auto', question: 'What is the capital of Peru?', stream: true },
  { surface: 'Anthropic', model: 'pointsman/best', question: 'How many legs has a crab?', stream: false },
  { surface: 'Ollama', model: 'pointsman/private', question: 'What is 40 - 58?', stream: true },
  {
    surface: 'Ollama',
    model: 'sim-qwen:8b',
    question: 'What is the capital of Kenya?',
    stream: true,
    note: 'Exact names are honoured; this model is not loaded yet, which takes its time:',
  },
  {
    surface: 'OpenAI',
    model: 'cloud/sim-cloud-mini',
    question: 'What is the weather in Lisbon?',
    stream: true,
    tool: WEATHER,
    note: 'With a tool:',
  },
  {
    surface: 'Anthropic',
    model: 'pointsman/auto',
    question: 'How is the weather in Oslo?',
    stream: true,
    tool: WEATHER,
    note: 'The same on the Anthropic surface, whichever engine serves it:',
  },
  {
    surface: 'OpenAI',
    model: 'pointsman/auto',
    question: 'What is 9 * 8?',
    stream: false,
    schema: SUM_SCHEMA,
    note: 'With a JSON schema:',
  },
  {
    surface: 'OpenAI',
    model: 'sim-lama:3b',
    question: 'What is 1 + 1?',
    stream: false,
    note: 'A name that no provider has:',
  },
  {
    surface: 'Anthropic',
    model: 'pointsman/best',
    question: 'What is the capital of Norway?',
    stream: true,
    duringOutage: true,
    note: 'While the simulated cloud answers 500 to everything:',
  },
];
