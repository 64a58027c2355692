import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestJson, type JsonRequest } from '../../../src-main/engine/providers/request-json.ts';
import { JsonServer } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

let server: JsonServer;
let clock: ManualClock;

beforeEach(async () => {
  server = await JsonServer.start();
  clock = new ManualClock();
});

afterEach(() => server.close());

function ask(more: Partial<JsonRequest> = {}) {
  return requestJson({ clock, origin: server.origin, path: '/thing', timeoutMs: 1_000, ...more });
}

/** Resolves when the server has been asked. */
async function asked(): Promise<void> {
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('requestJson', () => {
  it('gives the body of a good reply', async () => {
    server.answer('GET /thing', { body: { a: [1] } });
    expect(await ask()).toEqual({ kind: 'ok', body: { a: [1] } });
  });

  it('sends body and headers, asks for plain bytes and names no origin', async () => {
    server.answer('POST /thing', { body: {} });
    await ask({ method: 'POST', body: { q: 1 }, headers: ['authorization', 'Bearer k'] });
    expect(server.requests[0]?.body).toEqual({ q: 1 });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer k',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('origin');
  });

  it('gives status and body of a refusal', async () => {
    server.answer('GET /thing', { status: 429, body: { error: 'slow' }, headers: { 'retry-after': '7' } });
    const expected = { kind: 'status', status: 429, body: { error: 'slow' }, location: null, retryAfter: '7' };
    expect(await ask()).toEqual(expected);
  });

  it('never follows a redirection', async () => {
    server.answer('GET /thing', { status: 302, headers: { location: 'https://elsewhere.example/x' } });
    const expected = { kind: 'status', status: 302, location: 'https://elsewhere.example/x' };
    expect(await ask({ headers: ['authorization', 'Bearer k'] })).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('tells a web page from other things that are not JSON', async () => {
    server.answer('GET /thing', { body: '\n<!DOCTYPE html><html></html>' });
    expect(await ask()).toEqual({ kind: 'garbled', reason: 'web_page' });
    server.answer('GET /thing', { body: 'Ollama is running' });
    expect(await ask()).toEqual({ kind: 'garbled', reason: 'not_json' });
  });

  it('stops reading at the bound', async () => {
    server.answer('GET /thing', { body: { long: 'x'.repeat(5_000) } });
    expect(await ask({ maxBytes: 4_000 })).toEqual({ kind: 'garbled', reason: 'too_large' });
  });

  it('says that nobody listens', async () => {
    const { origin } = server;
    await server.close();
    expect(await ask({ origin })).toEqual({ kind: 'unreachable', cause: 'refused', code: 'ECONNREFUSED' });
  });

  it('says that the name is not known', async () => {
    expect(await ask({ origin: 'http://nowhere.invalid' })).toMatchObject({ kind: 'unreachable', cause: 'dns' });
  });

  it('says that the other side does not speak TLS', async () => {
    const origin = server.origin.replace('http:', 'https:');
    expect(await ask({ origin })).toMatchObject({ kind: 'unreachable', cause: 'tls' });
  });

  it('gives up when the time is over', async () => {
    server.answer('GET /thing', { never: true });
    const reply = ask();
    await asked();
    await clock.advance(1_000);
    expect(await reply).toEqual({ kind: 'unreachable', cause: 'timeout', code: 'timeout' });
  });

  it('gives up when it is told to', async () => {
    server.answer('GET /thing', { never: true });
    const abort = new AbortController();
    const reply = ask({ signal: abort.signal });
    await asked();
    abort.abort();
    expect(await reply).toEqual({ kind: 'unreachable', cause: 'aborted', code: 'aborted' });
    expect(await ask({ signal: abort.signal })).toMatchObject({ cause: 'aborted' });
    expect(server.requests).toHaveLength(1);
  });

  it('leaves no timer behind', async () => {
    server.answer('GET /thing', { body: {} });
    await ask();
    expect(clock.pendingTimers).toBe(0);
  });
});
