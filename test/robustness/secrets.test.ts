import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { problem } from '../support/upstreams/problem.ts';
import { hangingUp, jsonReply, raw, type Script } from '../support/upstreams/script.ts';
import { endingAfter } from '../support/upstreams/script-changes.ts';
import { post, SURFACES } from './surfaces.ts';

const KEY = 'sk-test-0123456789abcdefSECRETSECRET';
const PROMPT = 'the quick marsupial signs the merger';
const REPLY = 'an unrepeatable answer about marsupials';
const CONTROL_PATHS = ['status', 'requests?limit=1000', 'providers', 'models', 'requests/nothing', 'nothing']
  .map((path) => `/control/v1/${path}`)
  .concat('/metrics');

/** What an upstream can do to get a key or a prompt repeated: say it in every kind of error. */
const UPSTREAMS: readonly (readonly [name: string, script: Script])[] = [
  ['answers', answer({ text: [REPLY] })],
  ['refuses the key', problem({ status: 401, message: `Incorrect API key provided: ${KEY}.` })],
  ['forbids it', problem({ status: 403, message: `${KEY} may not ${PROMPT}` })],
  ['wants money', problem({ status: 402, message: `${KEY} ${PROMPT}` })],
  ['limits', problem({ status: 429, message: `${KEY} ${PROMPT}`, headers: { 'retry-after': '0' } })],
  ['fails', problem({ status: 500, message: `${KEY} ${PROMPT}` })],
  ['is overloaded', problem({ status: 503, message: `${KEY} ${PROMPT}` })],
  ['finds the request bad', problem({ status: 400, message: `The key ${KEY} cannot be used with this` })],
  ['does not know the model', problem({ status: 404, message: `no such model for ${KEY}` })],
  ['sends an error with status 200', () => jsonReply({ error: { message: `${KEY} was refused` } })],
  ['sends a page', raw({ headers: { 'content-type': 'text/html' }, chunks: [`<html>${KEY} ${PROMPT}</html>`] })],
  ['sends garbage', raw({ headless: true, chunks: [`${KEY} ${PROMPT}`], end: 'close' })],
  ['hangs up', hangingUp()],
  ['stops half-way', endingAfter(2, 'close', answer({ text: [REPLY, REPLY] }))],
  ['fails half-way', answer({ text: [REPLY], fails: { status: 500, message: `Incorrect API key ${KEY}` } })],
];

/** Bodies that are wrong in ways that make one want to quote them. */
const BAD_BODIES: readonly string[] = [
  `{"model":"gpt-4o","messages":[{"content":"${PROMPT}" "x"}],"pad":"${'x'.repeat(50)}"}`,
  `{"model":"gpt-4o","messages":["${PROMPT}",marsupial],"pad":"${'x'.repeat(50)}"}`,
  `{"model":"gpt-4o","prompt":"${PROMPT}`,
  PROMPT,
  JSON.stringify({ model: 'gpt-4o', max_tokens: 9, messages: PROMPT, input: { a: PROMPT }, prompt: { a: PROMPT } }),
  JSON.stringify({ model: 'gpt-4o', max_tokens: 9, messages: [{ role: PROMPT, content: PROMPT }], input: [PROMPT] }),
  JSON.stringify({ model: 'gpt-4o', stream: PROMPT, messages: [], input: '', prompt: '' }),
  JSON.stringify({
    model: 'nobody-has-this',
    max_tokens: 9,
    messages: [{ role: 'user', content: PROMPT }],
    input: PROMPT,
    prompt: PROMPT,
  }),
];

interface Session {
  gateway: TestGateway;
  /** Bodies and headers of all answers. */
  answers: string[];
}

async function startSession(context: TestContext): Promise<Session> {
  const gateway = await startGateway();
  context.onTestFinished(() => gateway.stop());
  expect(await addKeyedProvider(gateway)).toBe(200);
  return { gateway, answers: [] };
}

async function send({ gateway, answers }: Session, path: string, body: string): Promise<void> {
  const reply = await post(gateway.url + path, body);
  answers.push(await reply.text(), ...[...reply.headers].map(([, value]) => value));
}

/** The provider of the settings wants no key: it is replaced by one that does. */
async function addKeyedProvider(gateway: TestGateway): Promise<number> {
  await gateway.control('/control/v1/providers/up', { method: 'DELETE' });
  const input = { id: 'up', name: 'Upstream', kind: 'openai', track: 'cloud', baseUrl: gateway.upstream.url, key: KEY };
  const added = await gateway.control('/control/v1/providers', { method: 'POST', body: JSON.stringify(input) });
  return added.status;
}

/** Every file of the data folder with its content. */
function filesOf(folder: string): { name: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'latin1') }));
}

/** Looks everywhere for what must not be there. */
async function expectNothingTold({ gateway, answers }: Session): Promise<void> {
  const token = gateway.engine.controlToken;
  const files = filesOf(gateway.folder);
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['pointsman.db', 'secrets.json']));
  expect(holders(files, KEY)).toEqual(['secrets.json']);
  expect(holders(files, token)).toEqual(['control-token']);
  expect(holders(files, 'marsupial')).toEqual([]);
  const told = await Promise.all(
    CONTROL_PATHS.map(async (name) => ({ name, text: await (await gateway.control(name)).text() })),
  );
  told.push({ name: 'log', text: gateway.log.join('\n') });
  for (const secret of [KEY, token, 'marsupial']) expect(holders(told, secret)).toEqual([]);
  for (const secret of [KEY, token]) expect(answers.filter((text) => text.includes(secret))).toEqual([]);
}

describe('key, control token, prompts and answers are nowhere but where they belong', () => {
  it.concurrent.for(UPSTREAMS)('when the upstream %s', async ([_what, script], context) => {
    const session = await startSession(context);
    const { gateway } = session;
    gateway.upstream.script(script);
    for (const surface of SURFACES) {
      for (const stream of [false, true]) {
        const body = { ...surface.body('gpt-4o'), stream };
        await send(session, surface.path, JSON.stringify(body).replace('Hello', PROMPT));
        // Lets a refused key be tried again.
        await gateway.control('/control/v1/providers/up/test', { method: 'POST' });
      }
    }
    await gateway.recorded(SURFACES.length * 2);
    const sent = gateway.upstream.calls.at(0);
    expect(sent?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(sent?.rawBody.toString()).toContain(PROMPT);
    await expectNothingTold(session);
  });

  it.concurrent('when requests are wrong', async (context) => {
    const session = await startSession(context);
    for (const surface of SURFACES) for (const body of BAD_BODIES) await send(session, surface.path, body);
    await session.gateway.recorded(SURFACES.length * BAD_BODIES.length - SURFACES.length);
    await expectNothingTold(session);
  });

  it.concurrent('when a start fails', async (context) => {
    const { gateway } = await startSession(context);
    const port = Number(new URL(gateway.url).port);
    const failure: unknown = await startGateway({ keys: { up: KEY }, settings: { gateway: { port } } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain(KEY);
  });
});

function holders(texts: readonly { name: string; text: string }[], secret: string): string[] {
  return texts.filter(({ text }) => text.includes(secret)).map(({ name }) => name);
}
