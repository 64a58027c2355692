import { describe, expect, it, type TestContext } from 'vitest';
import type { ProviderKind } from '../../src-shared/catalogue.ts';
import { MODELS, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { hangingUp, jsonReply, raw, silent, type Script } from '../support/upstreams/script.ts';
import { cutEvery, endingAfter, withHeaders } from '../support/upstreams/script-changes.ts';
import { postJson, PROTOCOLS, refusal, type Surface } from './surfaces.ts';

const KINDS = ['openai', 'anthropic', 'ollama'] as const satisfies readonly ProviderKind[];
/** Every surface against every kind of upstream. */
const PAIRS = Object.values(PROTOCOLS).flatMap((surface) =>
  KINDS.map((kind) => [surface.name, kind, surface] as const),
);
const TIMEOUTS = { firstContentCloudMs: 300, firstContentLocalMs: 300, betweenContentMs: 300 };

async function gatewayWith({ onTestFinished }: TestContext, kind: ProviderKind, script: Script): Promise<TestGateway> {
  const gateway = await startGateway({ upstream: { kind }, settings: { timeouts: TIMEOUTS } });
  onTestFinished(() => gateway.stop());
  gateway.upstream.script(script);
  return gateway;
}

function ask(gateway: TestGateway, surface: Surface, kind: ProviderKind, stream: boolean): Promise<Response> {
  return postJson(gateway.url + surface.path, { ...surface.body(MODELS[kind]), stream });
}

const HTML = '<!doctype html><html><body>Sign in to the network</body></html>';
const TEXT = 'A short answer of some words.';
const whole = answer({ text: TEXT });

/** An answer that never becomes one, with what the gateway makes of it. Nothing was sent yet, so there is a real status. */
const BROKEN: readonly (readonly [name: string, script: Script, status: number, code: string])[] = [
  ['takes the request and never answers', silent(), 504, 'upstream_timeout'],
  ['hangs up without a byte', hangingUp(), 502, 'upstream_truncated'],
  ['resets the connection', hangingUp('reset'), 502, 'upstream_truncated'],
  [
    'sends garbage instead of HTTP',
    raw({ headless: true, chunks: ['\u0000\u0001garbage\r\n\r\n'], end: 'close' }),
    502,
    'upstream_garbled',
  ],
  [
    'sends a web page with status 200',
    raw({ headers: { 'content-type': 'text/html' }, chunks: [HTML] }),
    502,
    'upstream_garbled',
  ],
  [
    'sends an empty body with status 200',
    raw({ headers: { 'content-type': 'application/json', 'content-length': '0' } }),
    502,
    'upstream_garbled',
  ],
  ['sends JSON of another kind', () => jsonReply([1, 2, 3]), 502, 'upstream_garbled'],
  ['sends an error with status 200', () => jsonReply({ error: { message: 'out of memory' } }), 502, 'upstream_error'],
  ['sends an error text with status 200', () => jsonReply({ error: 'out of memory' }), 502, 'upstream_error'],
  [
    'sends headers and then nothing',
    raw({ headers: { 'content-type': 'application/json' }, end: 'hang' }),
    504,
    'upstream_timeout',
  ],
  [
    'closes after the headers',
    raw({ headers: { 'content-type': 'application/json' }, end: 'close' }),
    502,
    'upstream_truncated',
  ],
  [
    'promises more bytes than it sends',
    raw({
      headers: { 'content-type': 'application/json', 'content-length': '5000' },
      chunks: ['{"id":"x"'],
      end: 'close',
    }),
    502,
    'upstream_truncated',
  ],
];

describe.each(PAIRS)('%s over an %s upstream', (_name, kind, surface) => {
  const overloaded = surface === PROTOCOLS.anthropic ? 529 : 503;

  it.concurrent.for(BROKEN)('that %s: an error that says so', async ([_what, script, status, code], context) => {
    const gateway = await gatewayWith(context, kind, script);
    const message = await refusal(await ask(gateway, surface, kind, false), status, surface);
    expect(message).toMatch(kind === 'ollama' ? /Ollama|out of memory/ : /Upstream|out of memory/);
    expect(message).not.toContain('Sign in');
    const [record] = await gateway.recorded();
    expect(record).toMatchObject({ outcome: 'failed', failureCode: code, status });
    expect(record?.attempts.at(-1)).toMatchObject({ outcome: 'failed', failureCode: code });
  });

  it.concurrent.for(BROKEN.filter(([name]) => !name.includes('text with status')))(
    'that %s when a stream was asked for: an error as well',
    async ([_what, script, status, code], context) => {
      const gateway = await gatewayWith(context, kind, script);
      const reply = await ask(gateway, surface, kind, true);
      // Garbage in the place of stream events can end as either; it is never taken for an answer.
      expect([status, 502, 504, overloaded]).toContain(reply.status);
      expect(surface.messageOf(JSON.parse(await reply.text()))).not.toBe('');
      const [record] = await gateway.recorded();
      expect(record?.outcome).toBe('failed');
      expect([code, 'upstream_garbled', 'upstream_truncated']).toContain(record?.failureCode);
    },
  );

  it.concurrent.for(['close', 'reset', 'hang'] as const)(
    'that stops in the middle of a stream (%s): the stream ends with an error',
    async (end, context) => {
      const gateway = await gatewayWith(
        context,
        kind,
        endingAfter(4, end, answer({ text: ['one ', 'two ', 'three ', 'four ', 'five '] })),
      );
      const reply = await ask(gateway, surface, kind, true);
      expect(reply.status).toBe(200);
      const text = await reply.text();
      expect(text).toContain('one');
      expect(text).toMatch(/"error"/);
      expect(text).not.toMatch(/\[DONE\]|message_stop|"done":true/);
      const [record] = await gateway.recorded();
      expect(record).toMatchObject({
        outcome: 'failed',
        failureCode: end === 'hang' ? 'upstream_timeout' : 'upstream_truncated',
      });
    },
  );

  it.concurrent('that ignores the wish to stream: the client still gets a whole stream', async (context) => {
    const gateway = await gatewayWith(context, kind, unstreamed(whole));
    const reply = await ask(gateway, surface, kind, true);
    const text = await reply.text();
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(surface === PROTOCOLS.ollama ? /ndjson/ : /event-stream/);
    expect(text).toContain(TEXT);
    expect(text).toMatch(/\[DONE\]|message_stop|"done":true/);
    expect((await gateway.recorded())[0]).toMatchObject({ outcome: 'ok' });
  });

  it.concurrent('that answers byte by byte: the same answer', async (context) => {
    const gateway = await gatewayWith(context, kind, whole);
    const usual = await (await ask(gateway, surface, kind, true)).text();
    gateway.upstream.script(cutEvery(1, whole));
    const slow = await (await ask(gateway, surface, kind, true)).text();
    expect(textOf(slow)).toBe(TEXT);
    expect(textOf(slow)).toBe(textOf(usual));
  });

  it.concurrent('that sends more bytes than it promised: what was promised is all there is', async (context) => {
    const gateway = await gatewayWith(context, kind, withHeaders({ 'content-length': '20' }, whole));
    await refusal(await ask(gateway, surface, kind, false), 502, surface);
    expect((await gateway.recorded())[0]).toMatchObject({ outcome: 'failed' });
    gateway.upstream.script(whole);
    const next = await ask(gateway, surface, kind, false);
    expect(next.status).toBe(200);
    expect(await next.text()).toContain(TEXT);
  });
});

/** Answers as if the request had not asked for a stream. */
function unstreamed(script: Script): Script {
  return (asked) => {
    Object.assign(asked.request.body, { stream: false });
    return script(asked);
  };
}

/** The text of an answer, put together from the pieces of whichever protocol. */
function textOf(stream: string): string {
  const pieces = [...stream.matchAll(/^(?:data: )?(\{.*\})$/gm)].map((match) => JSON.parse(match[1] ?? '') as Piece);
  return pieces
    .map((piece) => piece.choices?.[0]?.delta?.content ?? piece.delta?.text ?? piece.message?.content ?? '')
    .filter((text) => typeof text === 'string')
    .join('');
}

interface Piece {
  choices?: { delta?: { content?: string } }[];
  delta?: { text?: string };
  message?: { content?: unknown };
}
