import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, onTestFinished, test } from 'vitest';
import { EVENT_TOPICS } from '../../../../src-shared/events.ts';
import { operations, type Operation } from '../../../../src-shared/operations.ts';
import { openApiDocument } from '../../../../src-main/engine/gateway/control/openapi-document.ts';
import { startTestEngine } from '../../../support/start-test-engine.ts';

const NAMES = Object.entries<Operation>(operations);
const HTTP_METHODS = ['get', 'post', 'delete', 'put', 'patch'];

interface Described {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: { properties: object; required?: string[] } }> };
  responses: Record<string, object>;
  security?: object[];
}

async function described(method: string, path: string): Promise<Described | undefined> {
  const { paths } = (await openApiDocument()) as unknown as { paths: Record<string, Record<string, Described>> };
  return paths[path]?.[method.toLowerCase()];
}

test('the document is a valid OpenAPI 3.1 document, and is served behind the token', async () => {
  const engine = await startTestEngine();
  onTestFinished(() => engine.stop());
  expect((await fetch(`${engine.url}/control/v1/openapi.json`)).status).toBe(401);
  const document = (await (await engine.control('/control/v1/openapi.json')).json()) as Record<string, unknown>;
  expect(document).toEqual(await openApiDocument());
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('what breaks OpenAPI is seen by the validator', async () => {
  const broken = { ...(await openApiDocument()), paths: { 'no-slash': { get: { responses: 3 } } } };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test.each(NAMES)('%s is described with its fields, answer and errors', async (name, operation) => {
  const found = await described(operation.method, operation.path);
  expect(found).toMatchObject({ operationId: name, summary: operation.summary });
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field);
  const parameters = found?.parameters ?? [];
  expect(parameters.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(inPath);
  const fields = Object.keys((operation.input as unknown as { shape: object }).shape);
  const body = Object.keys(found?.requestBody?.content['application/json']?.schema.properties ?? {});
  expect([...parameters.map((each) => each.name), ...body].sort()).toEqual(fields.sort());
  expect(Object.keys(found?.responses ?? {})).toEqual(['200', 'default']);
});

test('a field that may be left out is not required, one that may not is', async () => {
  const { content } = (await described('POST', '/control/v1/apps'))?.requestBody ?? {};
  expect(content?.['application/json']?.schema.required).toEqual(['name']);
  expect((await described('GET', '/control/v1/requests'))?.parameters.map(({ required }) => required)).toEqual([
    false,
    false,
    false,
  ]);
});

test('health is open to all, the session wants a code, everything else the token', async () => {
  expect((await described('GET', '/health'))?.security).toEqual([]);
  expect((await described('POST', '/control/v1/session'))?.security).toEqual([{ sessionCode: [] }]);
  const { security, paths } = (await openApiDocument()) as { security: object[]; paths: Record<string, object> };
  expect(security).toEqual([{ controlToken: [] }]);
  const own = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, of]) =>
      HTTP_METHODS.includes(method) && 'security' in (of as object) ? [path] : [],
    ),
  );
  expect(own.sort()).toEqual(['/control/v1/session', '/health']);
});

test('the events are described with the data of every topic', async () => {
  const stream = JSON.stringify(await described('GET', '/control/v1/events'));
  for (const topic of EVENT_TOPICS) expect(stream).toContain(`"${topic}":{`);
});
