import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { ImageNetwork } from '../../../src-main/engine/providers/fetch-image.ts';
import { callOperation } from '../../support/call-operation.ts';
import { startTwoTracks, CLOUD_ID, LOCAL_ID, type TwoTracks } from '../../support/start-two-tracks.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';
import { chat, set, statusOf, type SettingChecks } from './setting-bench.ts';

const PLAIN = { optimizer: { enabled: false } };
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(400)]);
/** Every name is this machine, which may be called. */
const loopback: ImageNetwork = {
  resolve: () => Promise.resolve(['127.0.0.1']),
  isAllowed: (address) => address === '127.0.0.1',
};

export const modelChecks: SettingChecks = {
  async 'ollama.enabled'(path) {
    const bench = await startTwoTracks();
    expect(await models(bench)).toContain(LOCAL_ID);
    await set(bench, path, false);
    expect(await models(bench)).not.toContain(LOCAL_ID);
    await set(bench, path, true);
    await expect.poll(() => models(bench)).toContain(LOCAL_ID);
  },

  async 'ollama.baseUrl'(path) {
    const bench = await startTwoTracks();
    const other = await startUpstream({ kind: 'ollama', models: [{ name: 'elsewhere:1b' }] });
    onTestFinished(() => other.stop());
    await set(bench, path, other.url);
    await expect.poll(() => models(bench)).toContain('ollama/elsewhere:1b');
    expect(await models(bench)).not.toContain(LOCAL_ID);
  },

  async 'ollama.watchIntervalMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 10);
    const looked = bench.local.received.length;
    await expect.poll(() => bench.local.received.length - looked).toBeGreaterThan(20);
    await set(bench, path, 3_600_000);
    await callOperation(bench, 'providers.refresh', {});
    const before = bench.local.received.length;
    expect(await statusOf(bench, { model: CLOUD_ID })).toBe(200);
    expect(bench.local.received.length).toBe(before);
  },

  async 'models.substitutions'(path) {
    const bench = await startTwoTracks();
    expect(await statusOf(bench, { model: 'gpt-4.1' })).toBe(404);
    await set(bench, path, { 'gpt-4.1': CLOUD_ID });
    const reply = await chat(bench, { model: 'gpt-4.1' });
    await reply.text();
    expect([reply.status, reply.headers.get('x-pointsman-track')]).toEqual([200, 'cloud']);
  },

  async 'models.preferredLocal'(path) {
    const local = await startUpstream({
      kind: 'ollama',
      models: [
        { name: 'first:1b', capabilities: ['completion'], sizeBytes: 9e8, isLoaded: true },
        { name: 'second:1b', capabilities: ['completion'], sizeBytes: 1e8 },
      ],
    });
    onTestFinished(() => local.stop());
    const bench = await startTwoTracks({ settings: { ...PLAIN, ollama: { enabled: true, baseUrl: local.url } } });
    expect(await chosen(bench, 'pointsman/private', 'local')).toBe('ollama/first:1b');
    await set(bench, path, ['ollama/second:1b']);
    expect(await chosen(bench, 'pointsman/private', 'local')).toBe('ollama/second:1b');
  },

  async 'models.preferredCloud'(path) {
    const bench = await startTwoTracks({ settings: PLAIN });
    const other = await startUpstream({ kind: 'openai', models: [{ name: 'other' }] });
    onTestFinished(() => other.stop());
    await callOperation(bench, 'providers.add', { id: 'second', baseUrl: other.url, track: 'cloud' });
    await set(bench, path, [CLOUD_ID]);
    expect(await chosen(bench, 'pointsman/best', 'cloud')).toBe(CLOUD_ID);
    await set(bench, path, ['second/other']);
    expect(await chosen(bench, 'pointsman/best', 'cloud')).toBe('second/other');
  },

  async 'privacy.localOnly'(path) {
    const bench = await startTwoTracks();
    expect(await statusOf(bench, { model: CLOUD_ID })).toBe(200);
    await set(bench, path, true);
    expect(await statusOf(bench, { model: CLOUD_ID })).not.toBe(200);
    expect(bench.cloud.calls).toHaveLength(1);
    expect(await statusOf(bench)).toBe(200);
  },

  async 'images.fetchRemote'(path) {
    const images = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    }).listen(0, '127.0.0.1');
    await once(images, 'listening');
    onTestFinished(() => void images.close());
    const local = await startUpstream({ kind: 'ollama' });
    onTestFinished(() => local.stop());
    const bench = await startTwoTracks({
      imageNetwork: loopback,
      settings: { ollama: { enabled: true, baseUrl: local.url } },
    });
    const url = `http://127.0.0.1:${(images.address() as AddressInfo).port}/a.png`;
    const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
    expect(await statusOf(bench, { model: 'llava:7b', messages })).toBe(400);
    await set(bench, path, true);
    expect(await statusOf(bench, { model: 'llava:7b', messages })).toBe(200);
    expect(JSON.stringify(local.calls.at(-1)?.body)).toContain(PNG.toString('base64'));
  },

  async 'prices.overrides'(path) {
    const bench = await startTwoTracks();
    const price = async () =>
      (await callOperation(bench, 'models.list', {})).models.find(({ id }) => id === CLOUD_ID)?.inputUsdPerMillion;
    expect(await price()).toBe(1);
    await set(bench, path, [{ endpoint: CLOUD_ID, input: 7, output: 70 }]);
    expect(await price()).toBe(7);
    await statusOf(bench, { model: CLOUD_ID });
    expect((await bench.recorded())[0]?.costNanoUsd).toBe(20 * 7_000 + 10 * 70_000);
  },
};

async function models(bench: TwoTracks): Promise<string[]> {
  return (await callOperation(bench, 'models.list', {})).models.map(({ id }) => id);
}

async function chosen(bench: TwoTracks, model: string, track: 'local' | 'cloud'): Promise<string | null> {
  const reply = await chat(bench, { model, max_tokens: 10, headers: { 'x-pointsman-track': track } });
  await reply.text();
  return reply.headers.get('x-pointsman-model');
}
