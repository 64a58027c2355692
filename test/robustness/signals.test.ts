import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnEngine, type SpawnedEngine } from '../support/spawn-engine.ts';
import { settingsFor } from '../support/start-gateway.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { postJson, PROTOCOLS } from './surfaces.ts';

async function start(): Promise<{ engine: SpawnedEngine; upstream: Upstream }> {
  const upstream = await startUpstream({ kind: 'openai' });
  onTestFinished(() => upstream.stop());
  const engine = await spawnEngine({ settings: settingsFor('openai', upstream.url) });
  onTestFinished(() => engine.stop());
  return { engine, upstream };
}

function stream(engine: SpawnedEngine): Promise<Response> {
  const { path, body } = PROTOCOLS.openai;
  return postJson(engine.url + path, { ...body('gpt-4o'), stream: true });
}

/** True when nobody listens at the port any more. */
function isRefused(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends an idle gateway at once, with code 0 and without a trace of its address', async () => {
    const { engine } = await start();
    expect(existsSync(join(engine.folder, 'gateway.json'))).toBe(true);
    expect(await engine.signal(signal)).toEqual({ code: 0, signal: null });
    expect(existsSync(join(engine.folder, 'gateway.json'))).toBe(false);
    expect(engine.output()).not.toMatch(/\n\s+at /);
  });

  it('takes nothing new and lets a stream under way come to its end', async () => {
    const { engine, upstream } = await start();
    const gate = new Gate();
    upstream.script(answer({ text: ['one ', gate, 'two'] }));
    const reply = await stream(engine);
    await gate.reached;
    const ended = engine.signal(signal);
    await expect.poll(() => isRefused(engine.url)).toBe(true);
    gate.open();
    const text = await reply.text();
    expect(text).toContain('two');
    expect(text).toContain('[DONE]');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(engine.folder, 'gateway.json'))).toBe(false);
  });

  it('does not wait for ever: a stream without end is cut off, its upstream call too, and the code is still 0', async () => {
    const { engine, upstream } = await start();
    const never = new Gate();
    upstream.script(answer({ text: ['one ', never, 'two'] }));
    const reply = await stream(engine);
    await never.reached;
    const reading = reply.text().then(
      () => 'ended',
      () => 'cut off',
    );
    expect(await engine.signal(signal)).toEqual({ code: 0, signal: null });
    await (
      await upstream.call(1)
    ).aborted;
    expect(await reading).toBe('cut off');
    expect(existsSync(join(engine.folder, 'gateway.json'))).toBe(false);
  });
});

it('what was under way when it ended is in the ledger of the next start', async () => {
  const { engine, upstream } = await start();
  const gate = new Gate();
  upstream.script(answer({ text: ['one ', gate, 'two'] }));
  const reply = await stream(engine);
  await gate.reached;
  const id = reply.headers.get('x-pointsman-request-id');
  const ended = engine.signal('SIGTERM');
  await expect.poll(() => isRefused(engine.url)).toBe(true);
  gate.open();
  await reply.text();
  await ended;
  const next = await spawnEngine({ folder: engine.folder, settings: settingsFor('openai', upstream.url) });
  onTestFinished(() => next.stop());
  expect(await next.requests()).toMatchObject([{ id, outcome: 'ok' }]);
});
