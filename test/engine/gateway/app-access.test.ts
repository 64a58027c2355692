import { describe, expect, test } from 'vitest';
import { hashAppKey } from '../../../src-main/engine/spend/app-keys.ts';
import { startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { postJson, PROTOCOLS, refusal, type Surface } from '../../robustness/surfaces.ts';

const KEY = `pm-${'a1'.repeat(24)}`;
const UNKNOWN = `pm-${'0'.repeat(48)}`;
const SURFACES = Object.entries(PROTOCOLS);

/** An engine that knows one app, with these rules. */
function withApp(rules: Record<string, unknown> = {}, settings: Record<string, unknown> = {}): Promise<TwoTracks> {
  const app = { id: 'editor', name: 'Editor', keyHash: hashAppKey(KEY), createdAtMs: 0, ...rules };
  return startTwoTracks({ settings: { apps: [app], ...settings } });
}

function ask(bench: TwoTracks, surface: Surface, headers: Record<string, string>, model = 'tiny:0.5b') {
  return postJson(bench.url + surface.path, surface.body(model), {
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe.each(SURFACES)('a program that speaks %s', (_name, surface) => {
  test('needs no key, and its placeholder is none', async () => {
    const bench = await withApp();
    for (const headers of [{}, { authorization: 'Bearer ollama' }, { 'x-api-key': 'sk-whatever' }]) {
      expect((await ask(bench, surface, headers)).status).toBe(200);
    }
    const records = await bench.recorded(3);
    expect(records.map(({ app }) => app)).not.toContain('editor');
  });

  test('is known by its key, in whichever header', async () => {
    const bench = await withApp();
    for (const headers of [{ authorization: `Bearer ${KEY}` }, { 'x-api-key': KEY }, { 'api-key': KEY }]) {
      expect((await ask(bench, surface, headers)).status).toBe(200);
    }
    const records = await bench.recorded(3);
    expect(records.map(({ app }) => app)).toEqual(['editor', 'editor', 'editor']);
    // The key is for us: no upstream sees it, and no log.
    expect(JSON.stringify(bench.local.calls.map(({ headers }) => headers))).not.toContain(KEY);
    expect(bench.log.join('\n')).not.toContain(KEY);
  });

  test('with a key of ours that is none is refused, although none is needed', async () => {
    const bench = await withApp();
    const message = await refusal(await ask(bench, surface, { authorization: `Bearer ${UNKNOWN}` }), 401, surface);
    expect(message).toContain('no (longer a) key of this gateway');
    expect(message).not.toContain(UNKNOWN);
  });

  test('is refused while its app is switched off', async () => {
    const bench = await withApp({ enabled: false });
    const reply = await ask(bench, surface, { authorization: `Bearer ${KEY}` });
    expect(await refusal(reply, 401, surface)).toContain('switched off');
  });

  test('needs a key when the person says so', async () => {
    const bench = await withApp({}, { access: { requireKeys: true } });
    for (const headers of [{}, { authorization: 'Bearer ollama' }]) {
      const reply = await ask(bench, surface, headers);
      expect(await refusal(reply, 401, surface)).toContain('pointsman apps add');
    }
    expect((await ask(bench, surface, { 'x-api-key': KEY })).status).toBe(200);
  });

  test('gets what its app may have and no more', async () => {
    const bench = await withApp({ tracks: ['local'], models: ['tiny:0.5b'] });
    const headers = { authorization: `Bearer ${KEY}` };
    const best = await ask(bench, surface, headers, 'pointsman/best');
    expect([best.status, best.headers.get('x-pointsman-track')]).toEqual([200, 'local']);
    const named = await ask(bench, surface, headers, 'up/big');
    expect(await refusal(named, 403, surface)).toContain('this app may not use the cloud track');
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('of a private app stays on the machine', async () => {
    const bench = await withApp({ private: true });
    const headers = { authorization: `Bearer ${KEY}`, 'x-pointsman-privacy': 'public' };
    const best = await ask(bench, surface, headers, 'pointsman/best');
    expect(best.headers.get('x-pointsman-track')).toBe('local');
    const named = await ask(bench, surface, headers, 'up/big');
    expect(await refusal(named, 403, surface)).toContain('must stay on this machine');
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('is held to the cap of its app for one request', async () => {
    const bench = await withApp({ maxCostPerRequestUsd: 0.0001 });
    const headers = { authorization: `Bearer ${KEY}` };
    expect((await ask(bench, surface, headers, 'pointsman/best')).headers.get('x-pointsman-track')).toBe('local');
    const named = await ask(bench, surface, headers, 'up/big');
    expect(await refusal(named, 403, surface)).toContain("over this app's cap per request");
  });
});

describe('keys on what is not asked in one of three protocols', () => {
  test('are needed for what is passed on when the person says so', async () => {
    const bench = await withApp({}, { access: { requireKeys: true } });
    for (const path of ['/api/pull', '/v1/rerank', '/v1/embeddings', '/v1/messages/count_tokens']) {
      const refused = await postJson(bench.url + path, { model: 'tiny:0.5b', input: 'x', messages: [] });
      expect([path, refused.status]).toEqual([path, 401]);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
      const let_in = await postJson(bench.url + path, { model: 'tiny:0.5b', input: 'x', messages: [] }, { headers });
      expect(let_in.status).not.toBe(401);
    }
  });
});
