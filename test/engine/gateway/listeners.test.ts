import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { Ollama } from 'ollama';
import { expect, onTestFinished, test } from 'vitest';
import { readDiscovery } from '../../../src-main/engine/store/discovery-file.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';

async function start(gateway: Record<string, unknown>): Promise<TestEngine> {
  const ollama = await startUpstream({ kind: 'ollama' });
  const engine = await startTestEngine({ settings: { gateway, ollama: { enabled: true, baseUrl: ollama.url } } });
  onTestFinished(async () => {
    await engine.stop();
    await ollama.stop();
  });
  return engine;
}

/** The status of GET / with a Host header of our choice. */
function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(address, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('Ollama’s place is a second port that apps use as if Ollama were there', async () => {
  const { engine } = await start({ ollamaPlace: { enabled: true, port: 0 } });
  const [first = '', place = ''] = engine.addresses;
  expect(place).not.toBe(first);
  const client = new Ollama({ host: place });
  const { models } = await client.list();
  const answer = await client.chat({ model: models[0]?.name ?? '', messages: [{ role: 'user', content: 'Hello' }] });
  expect(answer.message.content).toBe('Hello from upstream.');
  expect(await (await fetch(place)).text()).toBe('Ollama is running');
});

test('each port answers to its own number only', async () => {
  const { engine } = await start({ ollamaPlace: { enabled: true, port: 0 } });
  const hosts = engine.addresses.map((address) => new URL(address).host);
  const statuses = await Promise.all(
    engine.addresses.map((address) => Promise.all(hosts.map((host) => statusFor(address, host)))),
  );
  expect(statuses).toEqual([
    [200, 403],
    [403, 200],
  ]);
});

test('the discovery file names all addresses in use while the engine runs, and goes with it', async () => {
  const { engine, folder } = await start({ ollamaPlace: { enabled: true, port: 0 } });
  expect(readDiscovery(folder)).toMatchObject({ addresses: engine.addresses, pid: process.pid });
  await engine.stop();
  expect(readDiscovery(folder)).toBeNull();
});

test('an address that is not only this machine’s is warned of in the status', async () => {
  const warningsOf = async (engine: TestEngine) =>
    ((await (await engine.control('/control/v1/status')).json()) as { warnings: string[] }).warnings;
  expect(await warningsOf(await start({ host: '0.0.0.0' }))).toEqual([expect.stringContaining('listens on 0.0.0.0')]);
  expect(await warningsOf(await start({}))).toEqual([]);
});

test('bound to every address, the Host must still be one of ours', async () => {
  const { engine } = await start({ host: '0.0.0.0', allowedHosts: ['mybox.lan'] });
  const [address = ''] = engine.addresses;
  const { port } = new URL(address);
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family }) => family === 'IPv4');
  const allowed = [`127.0.0.1:${port}`, `localhost:${port}`, `${own?.address ?? '127.0.0.1'}:${port}`, 'mybox.lan'];
  expect(await Promise.all(allowed.map((host) => statusFor(address, host)))).toEqual([200, 200, 200, 200]);
  const refused = ['evil.example', `127.0.0.1.evil.example:${port}`, `localhost.evil.example:${port}`, '127.0.0.1:1'];
  expect(await Promise.all(refused.map((host) => statusFor(address, host)))).toEqual([403, 403, 403, 403]);
});
