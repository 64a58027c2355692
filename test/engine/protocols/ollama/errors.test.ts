import { expect, it } from 'vitest';
import {
  parseOllamaError,
  printOllamaError,
  printOllamaStreamError,
} from '../../../../src-main/engine/protocols/ollama/errors.ts';

it.each([
  [{ error: "model 'x' not found" }, "model 'x' not found"],
  [{ error: { message: 'from a proxy' } }, 'from a proxy'],
  [{ message: 'from another' }, 'from another'],
  ['404 page not found\n', '404 page not found'],
  [{}, ''],
  [undefined, ''],
])('finds the sentence in %j', (body, message) => {
  expect(parseOllamaError(404, body)).toEqual({ message });
});

it('prints every failure with a string, not an object', () => {
  const upstreamBody = { error: { message: 'from OpenAI', type: 'x' } };
  expect(printOllamaError({ code: 'rate_limited', message: 'Wait.', upstreamBody })).toEqual({ error: 'Wait.' });
});

it("relays Ollama's own body with the fields beside the error", () => {
  const upstreamBody = { error: 'unauthorized', signin_url: 'https://a.example' };
  const failure = { code: 'credential_refused' as const, message: 'No.', upstreamBody };
  expect(printOllamaError(failure)).toEqual(upstreamBody);
  expect(printOllamaStreamError(failure)).toBe(`${JSON.stringify(upstreamBody)}\n`);
});
