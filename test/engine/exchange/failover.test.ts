import { describe, expect, test } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { hangingUp, raw, silent, type Script } from '../../support/upstreams/script.ts';
import { endingAfter } from '../../support/upstreams/script-changes.ts';
import { pairForTest, type Pair, type Surface } from './pair-for-test.ts';

const KINDS: readonly ProviderKind[] = ['openai', 'anthropic', 'ollama'];
const SURFACES: readonly Surface[] = ['openai', 'anthropic', 'ollama'];

const STREAM_TYPES: Readonly<Record<ProviderKind, string>> = {
  openai: 'text/event-stream',
  anthropic: 'text/event-stream',
  ollama: 'application/x-ndjson',
};

/** Answers with status 200 that go wrong before the first word of content. */
const BAD_STARTS: readonly [string, (kind: ProviderKind) => Script][] = [
  ['an error in its stream', () => answer({ fails: { status: 529 } })],
  ['nothing at all', (kind) => raw({ headers: { 'content-type': STREAM_TYPES[kind] } })],
  ['a stream that breaks off before it began', () => endingAfter(0, 'close', answer({ text: 'x' }))],
  ['a stream that is reset before it began', () => endingAfter(0, 'reset', answer({ text: 'x' }))],
  [
    'a web page instead of a stream',
    (kind) => raw({ headers: { 'content-type': STREAM_TYPES[kind] }, chunks: ['<html>welcome</html>\n\n'] }),
  ],
  ['a server error', () => problem({ status: 500 })],
  ['an overload', () => problem({ status: 503 })],
  ['a limit', () => problem({ status: 429 })],
  ['a refused key', () => problem({ status: 401 })],
  ['a hang-up', () => hangingUp('reset')],
];

describe.each(KINDS)('when the first endpoint, of the kind %s, answers with', (kind) => {
  test.each(BAD_STARTS)('%s, the second one serves, streamed and not', async (_name, script) => {
    for (const stream of [true, false]) {
      const pair = await pairForTest({ kinds: [kind, 'openai'] });
      pair.first.script(script(kind));
      const text = await (await pair.chat({ stream })).text();
      expect(text).toContain('Hello');
      expect(text).not.toContain('"error"');
      const [request] = await pair.recorded();
      expect(request).toMatchObject({ outcome: 'ok', status: 200 });
      expect(request?.attempts.map(({ providerId, outcome }) => [providerId, outcome])).toEqual([
        ['first', 'failed'],
        ['second', 'ok'],
      ]);
    }
  });

  test('nothing within the time limit, the second one serves', async () => {
    const pair = await pairForTest({ kinds: [kind, 'openai'] });
    pair.first.script(silent());
    const asked = pair.chat();
    const call = await pair.first.call(1);
    await pair.clock.advance(120_500);
    const response = await asked;
    expect(await response.text()).toContain('Hello from upstream.');
    await call.aborted;
    const [request] = await pair.recorded();
    expect(request?.attempts[0]).toMatchObject({ outcome: 'failed', failureCode: 'upstream_timeout', status: null });
  });

  test('headers and then nothing within the time limit, the second one serves', async () => {
    const pair = await pairForTest({ kinds: [kind, 'openai'] });
    pair.first.script(endingAfter(0, 'hang', answer({ text: 'x' })));
    const asked = pair.chat({ stream: true });
    const call = await pair.first.call(1);
    await pair.clock.advance(120_500);
    expect(await (await asked).text()).toContain('upstream.');
    await call.aborted;
  });
});

describe('after the first content', () => {
  test.each(SURFACES)('nobody else is asked, and the surface %s tells the error in its stream', async (surface) => {
    for (const kind of KINDS) {
      const pair = await pairForTest({ kinds: [kind, 'openai'] });
      const text = Array.from({ length: 9 }, (_, index) => `piece ${index} `);
      pair.first.script(endingAfter(6, 'close', answer({ text })));
      const response = await pair.chat({ surface, stream: true });
      const sent = await response.text();
      expect(response.status).toBe(200);
      expect(sent).toContain('piece 0');
      expectErrorAtEnd(surface, sent);
      expect(pair.second.calls).toHaveLength(0);
    }
  });

  test('a stream that stands still for too long ends with an error', async () => {
    const pair = await pairForTest();
    pair.first.script(endingAfter(3, 'hang', answer({ text: ['a', 'b', 'c', 'd'] })));
    const response = await pair.chat({ stream: true });
    await pair.clock.advance(60_000);
    expect(pair.first.calls[0]?.isAborted).toBe(false);
    await pair.clock.advance(61_000);
    const sent = await response.text();
    expect(sent).toContain('stood still for 120 s');
    expect(pair.second.calls).toHaveLength(0);
    await pair.first.calls[0]?.aborted;
  });
});

describe('when nobody can serve', () => {
  test.each(SURFACES)('the answer on the surface %s names each attempt and why it failed', async (surface) => {
    const pair = await pairForTest({ kinds: ['anthropic', 'ollama'] });
    pair.first.script(problem({ status: 500 }));
    pair.second.script(hangingUp());
    const response = await pair.chat({ surface });
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(text).toContain('All 2 attempts failed.');
    expect(text).toContain('first/m: first failed with status 500.');
    expect(text).toContain('second/m: second closed the connection before the answer was complete.');
    expect((await pair.recorded())[0]).toMatchObject({ outcome: 'failed', path: null, status: 502 });
  });

  test('the words of a single failure stand alone', async () => {
    const pair = await pairForTest();
    pair.first.script(problem({ status: 500 }));
    const text = await (await pair.chat({ model: 'first/m' })).text();
    expect(text).toContain('first failed with status 500.');
    expect(text).not.toContain('attempts failed');
  });

  test('what an upstream said of itself stays here', async () => {
    const pair = await pairForTest();
    const message = 'stack trace at /srv/secret.py with key sk-123';
    pair.first.script(problem({ status: 500, message }));
    pair.second.script(problem({ status: 401, message }));
    expect(await (await pair.chat()).text()).not.toContain('sk-123');
  });
});

describe('a client’s own error', () => {
  test.each([400, 404, 413, 422])('(status %i) is neither tried again nor elsewhere, nor counted', async (status) => {
    const pair = await pairForTest();
    pair.first.script(problem({ status, message: 'that is wrong' }));
    for (let times = 0; times < 6; times += 1) {
      const response = await pair.chat();
      expect([response.status, await response.text()]).toEqual([status, expect.stringContaining('that is wrong')]);
    }
    expect(pair.first.calls).toHaveLength(6);
    expect(pair.second.calls).toHaveLength(0);
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });
});

describe('a client that hangs up', () => {
  test.each([true, false])('ends the call under way and asks nobody else, streamed: %s', async (stream) => {
    const pair = await pairForTest();
    pair.first.script(silent());
    const abort = new AbortController();
    const asked = pair.chat({ stream, signal: abort.signal });
    const call = await pair.first.call(1);
    abort.abort();
    await expect(asked).rejects.toThrow(/aborted/u);
    await call.aborted;
    expect(pair.second.calls).toHaveLength(0);
    await expectCancelled(pair);
  });

  test('is never counted against the endpoint', async () => {
    const pair = await pairForTest();
    pair.first.script(silent());
    for (let times = 1; times <= 6; times += 1) {
      const abort = new AbortController();
      const asked = pair.chat({ signal: abort.signal });
      const call = await pair.first.call(times);
      abort.abort();
      await expect(asked).rejects.toThrow();
      await call.aborted;
    }
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });
});

async function expectCancelled(pair: Pair): Promise<void> {
  const [request] = await pair.recorded();
  expect(request).toMatchObject({
    outcome: 'cancelled',
    status: 499,
    failureCode: 'cancelled',
    attempts: [{ providerId: 'first', outcome: 'cancelled' }],
  });
}

function expectErrorAtEnd(surface: Surface, sent: string): void {
  const last = sent.trimEnd().split('\n').at(-1) ?? '';
  const json = JSON.parse(last.replace(/^data: /u, '')) as { type?: string; error: string | { message: string } };
  if (surface === 'ollama') expect(json.error).toBeTypeOf('string');
  else expect(json.error).toHaveProperty('message');
  if (surface === 'anthropic') expect(json.type).toBe('error');
  expect(sent).not.toContain('[DONE]');
}
