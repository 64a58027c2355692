import { EVENT_TOPICS, eventTopics } from '../../../../src-shared/events.ts';
import { controlToken } from '../../../../src-shared/house.ts';
import type { JsonObject } from '../../protocols/json.ts';
import { jsonContent, responses } from './openapi-content.ts';
import { toJsonSchema } from './to-json-schema.ts';

const HEALTH = { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] };

/** The paths of what is served besides the operations. */
export function pathsBesides(): Record<string, JsonObject> {
  return {
    '/health': {
      get: {
        operationId: 'health',
        summary: 'That the gateway is there, and nothing else',
        security: [],
        responses: responses('It is there', jsonContent(HEALTH)),
      },
    },
    '/metrics': {
      get: {
        operationId: 'metrics',
        summary: 'Figures for Prometheus',
        responses: responses('Prometheus text', { 'text/plain': { schema: { type: 'string' } } }),
      },
    },
    '/control/v1/openapi.json': {
      get: {
        operationId: 'openapi',
        summary: 'This document',
        responses: responses('OpenAPI 3.1', jsonContent({ type: 'object' })),
      },
    },
    '/control/v1/session': {
      post: {
        operationId: 'session.redeem',
        summary: 'The control token for a single-use code',
        security: [{ sessionCode: [] }],
        responses: responses('The code was right', jsonContent(toJsonSchema(controlToken, 'output'))),
      },
    },
    '/control/v1/events': { get: eventStream() },
  };
}

function eventStream(): JsonObject {
  const topics = EVENT_TOPICS.map((topic) => [topic, toJsonSchema(eventTopics[topic], 'output')] as const);
  return {
    operationId: 'events',
    summary: 'What happens, as server-sent events: `id`, `event: TOPIC`, `data: JSON`',
    parameters: [
      {
        name: 'topics',
        in: 'query',
        description: 'Names separated by commas; all when left out',
        schema: { type: 'string' },
      },
      {
        name: 'last-event-id',
        in: 'header',
        description: 'What was missed since is sent first',
        schema: { type: 'string' },
      },
    ],
    responses: responses('A stream without an end; `x-topics` has the schema of the data of each topic', {
      'text/event-stream': { schema: { type: 'string' }, 'x-topics': Object.fromEntries(topics) },
    }),
  };
}
