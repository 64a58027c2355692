import { setImmediate as turn } from 'node:timers/promises';
import { controlError } from '../../../../src-shared/control.ts';
import { operations, type Operation } from '../../../../src-shared/operations.ts';
import { isJsonObject, type JsonObject } from '../../protocols/json.ts';
import { VERSION } from '../../version.ts';
import { pathsBesides } from './openapi-besides.ts';
import { jsonContent, responses } from './openapi-content.ts';
import { toJsonSchema } from './to-json-schema.ts';

/**
 * The control API as an OpenAPI 3.1 document, made from the table of operations. Nobody waits for it but who asked: all
 * others have their turn between two operations.
 */
export async function openApiDocument(): Promise<JsonObject> {
  const paths: Record<string, JsonObject> = {};
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: describe(name, operation) };
    await turn();
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pointsman control API',
      version: VERSION,
      description: 'Costs are nano-dollars, billionths of a US dollar. null is unknown, never 0.',
    },
    servers: [{ url: '/' }],
    security: [{ controlToken: [] }],
    paths: { ...paths, ...pathsBesides() },
    components: {
      securitySchemes: {
        controlToken: { type: 'http', scheme: 'bearer', description: 'In the file control-token in the data folder' },
        sessionCode: { type: 'apiKey', in: 'header', name: 'authorization', description: '`Code CODE`, once' },
      },
      schemas: { Problem: toJsonSchema(controlError, 'output') },
    },
  };
}

function describe(name: string, { path, method, summary, input, output }: Operation): JsonObject {
  const { fields, required } = readFields(toJsonSchema(input, 'input'));
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, field = '']) => field);
  const rest = [...fields.keys()].filter((field) => !inPath.includes(field));
  const query = method === 'POST' ? [] : rest;
  const body = method === 'POST' ? rest : [];
  return {
    operationId: name,
    tags: [name.split('.')[0] ?? ''],
    summary,
    parameters: [
      ...inPath.map((field) => ({ name: field, in: 'path', required: true, schema: fields.get(field) ?? {} })),
      ...query.map((field) => ({
        name: field,
        in: 'query',
        required: required.has(field),
        schema: fields.get(field) ?? {},
      })),
    ],
    ...(body.length === 0 ? {} : { requestBody: bodyOf(body, fields, required) }),
    responses: responses(summary, jsonContent(toJsonSchema(output, 'output'))),
  };
}

type Fields = ReadonlyMap<string, JsonObject>;

function bodyOf(names: readonly string[], fields: Fields, required: ReadonlySet<string>): JsonObject {
  const needed = names.filter((name) => required.has(name));
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fields.get(name)])),
    additionalProperties: false,
    ...(needed.length === 0 ? {} : { required: needed }),
  };
  return { required: needed.length > 0, content: jsonContent(schema) };
}

function readFields(schema: JsonObject): { fields: Fields; required: ReadonlySet<string> } {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const fields = Object.entries(properties).map(([name, of]) => [name, isJsonObject(of) ? of : {}] as const);
  const required = Array.isArray(schema.required) ? schema.required : [];
  return { fields: new Map(fields), required: new Set(required.map(String)) };
}
