import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createOpenAiClient } from './clients.ts';
import { HELLO, postRaw } from './post-raw.ts';

const TOLD = {
  'retry-after': '7',
  'retry-after-ms': '6543',
  'x-should-retry': 'true',
  'x-ratelimit-remaining-requests': '0',
};

const ask = (rig: Rig, maxRetries: number) =>
  createOpenAiClient(rig, { maxRetries }).chat.completions.create({ model: rig.model, messages: HELLO });

describe.each(KINDS)('limits of an upstream of the kind %s', (kind) => {
  it('24. 429: retry-after, retry-after-ms, x-should-retry and x-ratelimit-* are relayed verbatim', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: TOLD }));
    const { status, headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect(status).toBe(429);
    for (const [name, value] of Object.entries(TOLD)) expect(headers.get(name)).toBe(value);
  });

  it('24. openai is told the time on its own error class', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: { 'retry-after': '7' } }));
    const error: unknown = await ask(rig, 0).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const told: unknown = error instanceof OpenAI.APIError ? error.headers : null;
    expect(told instanceof Headers && told.get('retry-after')).toBe('7');
  });

  it('24. openai obeys a short retry-after-ms and gets its answer', async () => {
    const rig = await rigForTest({ kind });
    const headers = { 'retry-after-ms': '1' };
    rig.upstream.script(problem({ status: 429, headers }), answer({ text: 'Hello' }));
    expect((await ask(rig, 2)).choices[0]?.message.content).toBe('Hello');
    expect(rig.upstream.calls).toHaveLength(2);
  });

  it('24. openai obeys x-should-retry: false', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 500, headers: { 'x-should-retry': 'false' } }), answer({ text: 'Hello' }));
    await expect(ask(rig, 2)).rejects.toMatchObject({ status: 502 });
    expect(rig.upstream.calls).toHaveLength(1);
  });

  it.each([500, 503, 529])('24. %s is retried by openai', async (status) => {
    const rig = await rigForTest({ kind });
    const headers = { 'retry-after-ms': '1' };
    rig.upstream.script(problem({ status, headers }), answer({ text: 'Hello' }));
    expect((await ask(rig, 1)).choices[0]?.message.content).toBe('Hello');
    expect(rig.upstream.calls).toHaveLength(2);
    expect(await rig.recorded(2)).toHaveLength(2);
  });

  it('24. while the pause lasts the upstream is left alone, and clients are told how long', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: { 'retry-after': '7' } }), answer({ text: 'Hello' }));
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    const { status, headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(7);
    expect(rig.upstream.calls).toHaveLength(1);
  });

  it('24. a pause is not a failure: the circuit stays closed', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: { 'retry-after-ms': '0' } }));
    for (let count = 0; count < 6; count += 1) await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect((await rig.endpoint()).circuit).toBe('closed');
  });
});
