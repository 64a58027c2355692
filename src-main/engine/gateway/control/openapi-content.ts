import type { JsonObject } from '../../protocols/json.ts';

/** The parts of an OpenAPI document that repeat. */

export function jsonContent(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

/** What comes when all is well, and what comes otherwise. */
export function responses(description: string, content: JsonObject): JsonObject {
  const problem = jsonContent({ $ref: '#/components/schemas/Problem' });
  return {
    '200': { description, content },
    default: { description: 'What is wrong, and what to do', content: problem },
  };
}
