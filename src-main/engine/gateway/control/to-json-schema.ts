import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../protocols/json.ts';

/** A schema of the contract as JSON Schema 2020-12, for what callers give or for what is answered. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const plain: unknown = JSON.parse(JSON.stringify(rest));
  return isJsonObject(plain) ? plain : {};
}
