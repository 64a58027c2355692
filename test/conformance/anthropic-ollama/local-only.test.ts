import { Ollama } from 'ollama';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTestEngine } from '../../support/start-test-engine.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';
import { HELLO } from './messages.ts';

const CLOUD_NAMES = ['gpt-oss:cloud', 'gpt-oss:120b-CLOUD', 'remote:8b'];

interface Guarded {
  url: string;
  ollama: Upstream;
  cloud: Upstream;
}

/** An Ollama with models that it hands to its maker's cloud, and a cloud provider. */
async function start(localOnly: boolean, models: readonly string[] = ['small:1b', ...CLOUD_NAMES]): Promise<Guarded> {
  const ollama = await startUpstream({
    kind: 'ollama',
    models: models.map((name) => ({
      name,
      capabilities: ['completion', 'tools'],
      sizeBytes: 1_000_000,
      ...(name === 'remote:8b' ? { remoteHost: 'https://ollama.com' } : {}),
    })),
  });
  const cloud = await startUpstream({ kind: 'openai' });
  const engine = await startTestEngine({
    keys: { openai: 'sk-upstream' },
    settings: {
      ollama: { enabled: true, baseUrl: ollama.url },
      providers: [{ id: 'openai', name: 'OpenAI', kind: 'openai', track: 'cloud', baseUrl: cloud.url }],
      privacy: { localOnly },
    },
  });
  onTestFinished(async () => {
    await engine.stop();
    await Promise.all([ollama.stop(), cloud.stop()]);
  });
  return { url: engine.url, ollama, cloud };
}

const BODIES: Readonly<Record<string, object>> = {
  '/api/chat': { messages: HELLO, stream: false },
  '/api/generate': { prompt: 'Hello', stream: false },
  '/v1/messages': { messages: HELLO, max_tokens: 9 },
  '/v1/chat/completions': { messages: HELLO },
  '/v1/responses': { input: 'Hello' },
  '/v1/completions': { prompt: 'Hello' },
  '/v1/audio/speech': { input: 'Hello' },
};
const PATHS = Object.keys(BODIES);

function ask(url: string, path: string, model: string): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...BODIES[path] }),
  });
}

/** Requests beyond looking around: models, versions. */
function asked({ ollama, cloud }: Guarded): string[] {
  return [...ollama.received, ...cloud.received]
    .filter(({ method, path }) => method === 'POST' && path !== '/api/show')
    .map(({ path }) => path);
}

describe('33: with "local only" on', () => {
  test.each(PATHS)('no model of the cloud is asked on %s, by whatever name', async (path) => {
    const guarded = await start(true);
    const names = CLOUD_NAMES.flatMap((name) => [name, `ollama/${name}`, `cloud/${name}`, `local/${name}`]);
    for (const name of [...names, 'gpt-4o', 'openai/gpt-4o', 'cloud/gpt-4o']) {
      const response = await ask(guarded.url, path, name);
      expect([name, response.status]).toEqual([name, 403]);
      await response.text();
    }
    expect(asked(guarded)).toEqual([]);
  });

  test('a model of this machine is asked all the same', async () => {
    const guarded = await start(true);
    for (const name of ['small:1b', 'local/small:1b', 'pointsman/auto', 'pointsman/best']) {
      const response = await ask(guarded.url, '/api/chat', name);
      expect([name, response.status]).toEqual([name, 200]);
    }
    expect(guarded.ollama.calls.map(({ body }) => body.model)).toEqual(Array.from({ length: 4 }, () => 'small:1b'));
  });

  test('a routed name finds nothing where only the cloud could answer', async () => {
    const guarded = await start(true, CLOUD_NAMES);
    const response = await ask(guarded.url, '/v1/messages', 'pointsman/auto');
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('must stay on this machine');
    expect(asked(guarded)).toEqual([]);
  });

  test.each(['/api/%63hat', '/api/generat%65', '/v1/chat%2Fcompletions', '/v1/%6Dessages'])(
    'a path in other spelling (%s) is no way around it',
    async (path) => {
      const guarded = await start(true);
      for (const contentType of ['application/json', 'text/plain']) {
        const response = await fetch(guarded.url + path, {
          method: 'POST',
          headers: { 'content-type': contentType },
          body: JSON.stringify({ model: 'gpt-oss:cloud', max_tokens: 9, messages: HELLO, prompt: 'Hello' }),
        });
        expect([contentType, response.ok]).toEqual([contentType, false]);
      }
      expect(asked(guarded)).toEqual([]);
    },
  );

  test('ollama shows its words', async () => {
    const { url } = await start(true);
    const asking = new Ollama({ host: url }).chat({ model: 'gpt-oss:cloud', messages: HELLO });
    await expect(asking).rejects.toThrow('must stay on this machine');
  });
});

describe('33: without it', () => {
  test('pointsman/private never leaves the machine', async () => {
    const guarded = await start(false, CLOUD_NAMES);
    for (const path of PATHS.slice(0, 6)) {
      const response = await ask(guarded.url, path, 'pointsman/private');
      expect([path, response.ok]).toEqual([path, false]);
    }
    expect(asked(guarded)).toEqual([]);
  });

  test('pointsman/private is served by a model of this machine', async () => {
    const guarded = await start(false);
    expect((await ask(guarded.url, '/api/chat', 'pointsman/private')).status).toBe(200);
    expect(guarded.ollama.calls.map(({ body }) => body.model)).toEqual(['small:1b']);
  });

  test('local/NAME does not reach a model that runs in the cloud', async () => {
    const guarded = await start(false);
    for (const name of CLOUD_NAMES) {
      const response = await ask(guarded.url, '/api/chat', `local/${name}`);
      expect([name, response.status]).toEqual([name, 403]);
      expect(await response.text()).toContain('runs on the cloud track');
    }
    expect(asked(guarded)).toEqual([]);
  });

  test('the cloud’s own names are served', async () => {
    const { url } = await start(false);
    for (const name of CLOUD_NAMES) expect((await ask(url, '/api/chat', name)).status).toBe(200);
  });

  test('a field "Model" beside "model" cannot name another model', async () => {
    const guarded = await start(true);
    for (const path of PATHS) {
      const response = await fetch(guarded.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'small:1b', Model: 'gpt-oss:cloud', ...BODIES[path] }),
      });
      expect([path, response.status]).toEqual([path, 400]);
    }
    expect(asked(guarded)).toEqual([]);
  });
});

describe('33: calls that nobody here understands, with "local only" on', () => {
  const post = (url: string, type: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': type }, body: '{}' });

  test.each(['/api/experimental/web_search', '/api/push', '/api/newthing'])('%s is closed', async (path) => {
    const guarded = await start(true);
    const answer = await post(guarded.url + path, 'application/json');
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('local only')]);
    expect(asked(guarded)).toEqual([]);
  });

  test('a form with a model that cannot be seen is closed', async () => {
    const guarded = await start(true);
    const answer = await post(`${guarded.url}/v1/audio/transcriptions`, 'multipart/form-data; boundary=x');
    expect(answer.status).toBe(403);
    expect(asked(guarded)).toEqual([]);
  });

  test('fetching a model stays open, and without "local only" so does the rest', async () => {
    const guarded = await start(true);
    expect((await post(`${guarded.url}/api/pull`, 'application/json')).status).not.toBe(403);
    const open = await start(false);
    expect((await post(`${open.url}/api/experimental/web_search`, 'application/json')).status).not.toBe(403);
  });
});
