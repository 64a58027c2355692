import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callOperation } from '../../../support/call-operation.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { sendRequest } from '../../../support/send-request.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../../support/start-test-engine.ts';

async function start(options?: TestEngineOptions): Promise<TestEngine> {
  const engine = await startTestEngine(options);
  onTestFinished(() => engine.stop());
  return engine;
}

function redeem(engine: TestEngine, code: string, headers: Record<string, string> = {}): Promise<Response> {
  const all = { authorization: `Code ${code}`, ...headers };
  return fetch(`${engine.url}/control/v1/session`, { method: 'POST', headers: all });
}

async function makeCode(engine: TestEngine): Promise<string> {
  return (await callOperation(engine, 'session.code', {})).code;
}

describe('a session code', () => {
  test('is long, lasts a minute, names the address, and gives the token', async () => {
    const clock = new ManualClock();
    const engine = await start({ clock });
    const { code, expiresAtMs, address } = await callOperation(engine, 'session.code', {});
    expect(Buffer.from(code, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    expect(expiresAtMs).toBe(clock.nowMs() + 60_000);
    expect(address).toBe(engine.url);
    const reply = await redeem(engine, code);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(await reply.json()).toEqual({ token: engine.engine.controlToken });
  });

  test('holds once', async () => {
    const engine = await start();
    const code = await makeCode(engine);
    const both = await Promise.all([redeem(engine, code), redeem(engine, code)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await redeem(engine, code)).status).toBe(401);
  });

  test('is void after its minute', async () => {
    const clock = new ManualClock();
    const engine = await start({ clock });
    const [early, late] = [await makeCode(engine), await makeCode(engine)];
    await clock.advance(59_999);
    expect((await redeem(engine, early)).status).toBe(200);
    await clock.advance(1);
    expect((await redeem(engine, late)).status).toBe(401);
  });

  test('is void after ten wrong ones, so that guessing leads nowhere', async () => {
    const engine = await start();
    const code = await makeCode(engine);
    for (let tries = 0; tries < 10; tries += 1) expect((await redeem(engine, `guess${tries}`)).status).toBe(401);
    expect((await redeem(engine, code)).status).toBe(401);
    expect((await redeem(engine, await makeCode(engine))).status).toBe(200);
  });

  test('outlives some wrong ones, and fifteen that were made after it', async () => {
    const engine = await start();
    const [forgotten, first] = [await makeCode(engine), await makeCode(engine)];
    for (let count = 0; count < 15; count += 1) await makeCode(engine);
    for (let tries = 0; tries < 9; tries += 1) await redeem(engine, 'guess');
    expect((await redeem(engine, first)).status).toBe(200);
    expect((await redeem(engine, forgotten)).status).toBe(401);
  });

  test('is void when the token is replaced', async () => {
    const engine = await start();
    const code = await makeCode(engine);
    await callOperation(engine, 'token.rotate', {});
    expect((await redeem(engine, code)).status).toBe(401);
  });

  test('cannot be had without the token, and is nothing in a query or as a bearer', async () => {
    const engine = await start();
    const url = `${engine.url}/control/v1/session`;
    expect((await fetch(`${url}/code`, { method: 'POST' })).status).toBe(401);
    const code = await makeCode(engine);
    expect((await fetch(`${url}?code=${code}`, { method: 'POST' })).status).toBe(401);
    expect((await redeem(engine, '', { authorization: `Bearer ${code}` })).status).toBe(401);
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    const status = `${engine.url}/control/v1/status`;
    expect((await fetch(status, { headers: { authorization: `Code ${code}` } })).status).toBe(401);
    expect((await redeem(engine, code)).status).toBe(200);
  });

  test('is taken from our own pages only, for our own hosts only, and as JSON or without a body', async () => {
    const engine = await start();
    const { host } = new URL(engine.url);
    const code = await makeCode(engine);
    const tries = (...headers: string[]) =>
      sendRequest(engine.url, {
        method: 'POST',
        path: '/control/v1/session',
        headers: ['authorization', `Code ${code}`, ...headers],
      });
    for (const origin of ['null', 'http://localhost:9999', 'app://other', 'https://evil.com']) {
      const reply = await tries('host', host, 'origin', origin);
      expect([origin, reply.status, reply.headers['access-control-allow-origin']]).toEqual([origin, 403, undefined]);
    }
    for (const name of ['evil.com', `127.0.0.1.evil.com`, '127.0.0.1:1', '']) {
      expect((await tries('host', name)).status).toBe(403);
    }
    expect((await tries('host', host, 'content-type', 'text/plain')).status).toBe(415);
    const own = await tries('host', host, 'origin', `http://${host}`);
    expect([own.status, own.headers['access-control-allow-origin']]).toEqual([200, `http://${host}`]);
  });
});

describe('the control token', () => {
  test('is replaced: the file has the new one, for its owner alone, and the old one ends at once', async () => {
    const engine = await start();
    const old = engine.engine.controlToken;
    const told: string[] = [];
    const stop = engine.engine.onControlToken((token) => told.push(token));
    const { token } = await callOperation(engine, 'token.rotate', {});
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(token).not.toBe(old);
    expect(engine.engine.controlToken).toBe(token);
    const file = join(engine.folder, 'control-token');
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const as = (with_: string) =>
      fetch(`${engine.url}/control/v1/status`, { headers: { authorization: `Bearer ${with_}` } });
    expect((await as(old)).status).toBe(401);
    expect((await as(token)).status).toBe(200);
    stop();
    await callOperation(engine, 'token.rotate', {});
    expect(told).toEqual([token]);
  });

  test('ends the event streams of those who had the old one', async () => {
    const engine = await start();
    const reply = await engine.control('/control/v1/events?topics=gate');
    expect(reply.status).toBe(200);
    await callOperation(engine, 'token.rotate', {});
    await expect(reply.text()).resolves.toContain('id:');
  });
});
