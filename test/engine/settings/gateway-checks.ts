import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { callOperation } from '../../support/call-operation.ts';
import { RawConnection, requestHead } from '../../support/raw-connection.ts';
import { sendRequest } from '../../support/send-request.ts';
import { startTwoTracks, CLOUD_ID } from '../../support/start-two-tracks.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { restart, set, start, statusOf, type SettingChecks } from './setting-bench.ts';

const HEALTH = 'GET /health HTTP/1.1\r\nhost: HOST\r\n\r\n';

export const gatewayChecks: SettingChecks = {
  async 'gateway.host'(path) {
    const folder = makeFolder();
    const bench = await start({ folder });
    expect((await set(bench, path, '0.0.0.0')).pendingRestart).toEqual([path]);
    const { warnings } = await callOperation(await restart(bench, folder), 'status.read', {});
    expect(warnings).toEqual([expect.stringContaining('listens on 0.0.0.0')]);
  },

  async 'gateway.port'(path) {
    const folder = makeFolder();
    const bench = await start({ folder });
    const port = await freePort();
    expect((await set(bench, path, port)).pendingRestart).toEqual([path]);
    expect((await restart(bench, folder)).url).toBe(`http://127.0.0.1:${port}`);
  },

  async 'gateway.ollamaPlace.enabled'(path) {
    const folder = makeFolder();
    const bench = await start({ folder, settings: { gateway: { ollamaPlace: { port: await freePort() } } } });
    expect((await set(bench, path, true)).pendingRestart).toEqual([path]);
    expect(bench.engine.addresses).toHaveLength(1);
    expect((await restart(bench, folder)).engine.addresses).toHaveLength(2);
  },

  async 'gateway.ollamaPlace.port'(path) {
    const folder = makeFolder();
    const bench = await start({ folder, settings: { gateway: { ollamaPlace: { enabled: true, port: 0 } } } });
    const port = await freePort();
    expect((await set(bench, path, port)).pendingRestart).toEqual([path]);
    expect((await restart(bench, folder)).engine.addresses[1]).toBe(`http://127.0.0.1:${port}`);
  },

  async 'gateway.allowedHosts'(path) {
    const bench = await start();
    const status = async () =>
      (await sendRequest(bench.url, { path: '/health', headers: ['host', 'mybox.lan'] })).status;
    expect(await status()).toBe(403);
    await set(bench, path, ['mybox.lan']);
    expect(await status()).toBe(200);
    await set(bench, path, []);
    expect(await status()).toBe(403);
  },

  async 'gateway.allowedOrigins'(path) {
    const bench = await start();
    const ask = () => fetch(`${bench.url}/health`, { headers: { origin: 'https://friend.example' } });
    expect((await ask()).status).toBe(403);
    await set(bench, path, ['https://friend.example']);
    const allowed = await ask();
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://friend.example');
    await set(bench, path, []);
    expect((await ask()).status).toBe(403);
  },

  async 'gateway.maxBodyBytes'(path) {
    const bench = await startTwoTracks();
    const asked = { model: CLOUD_ID, user: 'x'.repeat(3_000) };
    expect(await statusOf(bench, asked)).toBe(200);
    await set(bench, path, 2_048);
    expect(await statusOf(bench, asked)).toBe(413);
  },

  async 'gateway.maxConnections'(path) {
    const bench = await start();
    const greet = async (): Promise<number> => {
      const connection = new RawConnection(bench.url);
      onTestFinished(() => connection.end());
      connection.write(HEALTH.replace('HOST', new URL(bench.url).host));
      await expect.poll(() => connection.status !== 0 || connection.isClosed).toBe(true);
      return connection.status;
    };
    expect(await greet()).toBe(200);
    await set(bench, path, 1);
    expect(await greet()).toBe(0);
  },

  async 'gateway.headersTimeoutMs'(path) {
    const bench = await start();
    await set(bench, path, 100);
    const slow = new RawConnection(bench.url);
    onTestFinished(() => slow.end());
    slow.write('GET /health HTTP/1.1\r\n');
    await slow.closed;
    expect(slow.status).toBe(408);
  },

  async 'gateway.requestTimeoutMs'(path) {
    const bench = await start();
    await set(bench, path, 100);
    const slow = new RawConnection(bench.url);
    onTestFinished(() => slow.end());
    slow.write(`${requestHead(bench.url, '/v1/chat/completions', { 'content-length': '100' })}{`);
    await slow.closed;
    expect(slow.status).toBe(408);
  },

  async 'gateway.stalledReaderTimeoutMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 100);
    const piece = 'x'.repeat(64 * 1024);
    bench.cloud.script(answer({ text: Array.from({ length: 400 }, () => piece) }));
    const reader = new RawConnection(bench.url, { reads: false });
    onTestFinished(() => reader.end());
    const body = JSON.stringify({ model: CLOUD_ID, stream: true, messages: [{ role: 'user', content: 'x' }] });
    reader.write(requestHead(bench.url, '/v1/chat/completions', { 'content-length': String(body.length) }) + body);
    await (
      await bench.cloud.call(1)
    ).aborted;
    expect((await bench.recorded())[0]).toMatchObject({ outcome: 'cancelled', status: 499 });
  },
};

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
