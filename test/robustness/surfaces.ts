import { expect } from 'vitest';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';
import { expectSchema } from '../support/wire-schemas.ts';

/** One way in, as its clients see it. */
export interface Surface {
  name: string;
  path: string;
  /** A good request for a model. */
  body: (model: string) => JsonObject;
  /** Checks that an error has the form this surface's clients expect, and gives its sentence. */
  messageOf: (error: unknown) => string;
}

const messages = [{ role: 'user', content: 'Hello' }];

/** All that take text. */
export const SURFACES: readonly Surface[] = [
  {
    name: 'OpenAI chat',
    path: '/v1/chat/completions',
    body: (model) => ({ model, messages }),
    messageOf: openAiMessage,
  },
  {
    name: 'OpenAI responses',
    path: '/v1/responses',
    body: (model) => ({ model, input: 'Hello' }),
    messageOf: openAiMessage,
  },
  {
    name: 'OpenAI completions',
    path: '/v1/completions',
    body: (model) => ({ model, prompt: 'Hello' }),
    messageOf: openAiMessage,
  },
  {
    name: 'Anthropic messages',
    path: '/v1/messages',
    body: (model) => ({ model, max_tokens: 100, messages }),
    messageOf: anthropicMessage,
  },
  {
    name: 'Ollama chat',
    path: '/api/chat',
    body: (model) => ({ model, messages, stream: false }),
    messageOf: ollamaMessage,
  },
  {
    name: 'Ollama generate',
    path: '/api/generate',
    body: (model) => ({ model, prompt: 'Hello', stream: false }),
    messageOf: ollamaMessage,
  },
];

/** The three protocols, by their main surface. */
export const PROTOCOLS = {
  openai: surface('OpenAI chat'),
  anthropic: surface('Anthropic messages'),
  ollama: surface('Ollama chat'),
};

type Body = NonNullable<RequestInit['body']>;

/** Sends a body as it is. `rest` overrides headers and everything else. */
export function post(url: string, body: Body, rest: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, ...rest });
}

/** Sends a JSON value. */
export function postJson(url: string, body: unknown, rest: RequestInit = {}): Promise<Response> {
  return post(url, JSON.stringify(body), rest);
}

/** Checks status and form of an error answer and gives its sentence. */
export async function refusal(answer: Response, status: number, surface: Surface): Promise<string> {
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('x-pointsman-request-id')).not.toBeNull();
  return surface.messageOf(JSON.parse(text));
}

function surface(name: string): Surface {
  const found = SURFACES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no surface ${name}`);
  return found;
}

export function openAiMessage(error: unknown): string {
  expectSchema('openai', 'ErrorResponse', error);
  return (error as { error: { message: string } }).error.message;
}

/** The vendor documents `request_too_large` for 413, but its schema leaves it out. */
export function anthropicMessage(error: unknown): string {
  const { error: inner } = error as { error: { type: string; message: string } };
  if (inner.type === 'request_too_large') {
    expect(error).toEqual({
      type: 'error',
      error: { type: 'request_too_large', message: expect.any(String) as string },
    });
  } else expectSchema('anthropic', 'ErrorResponse', error);
  return inner.message;
}

/** ollama-js shows `error` as it is: anything but a string becomes "[object Object]". */
export function ollamaMessage(error: unknown): string {
  expect(error).toEqual({ error: expect.any(String) as string });
  return (error as { error: string }).error;
}
