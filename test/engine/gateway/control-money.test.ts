import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addedApp, appView, spendReport, type AddedApp } from '../../../src-shared/money.ts';
import { CLOUD_ID, startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { postJson } from '../../robustness/surfaces.ts';
import { problemOf } from './control-client.ts';

const APPS = '/control/v1/apps';
/** 20 tokens in, 10 out. */
const CALL_NANO_USD = 20 * 1_000 + 10 * 20_000;

async function post(bench: TwoTracks, path: string, body: unknown): Promise<Response> {
  return bench.control(path, { method: 'POST', body: JSON.stringify(body) });
}

async function add(bench: TwoTracks, input: object): Promise<AddedApp> {
  return addedApp.parse(await (await post(bench, APPS, input)).json());
}

async function ask(bench: TwoTracks, model: string, key?: string): Promise<number> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers.authorization = `Bearer ${key}`;
  const body = { model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 100 };
  const reply = await postJson(`${bench.url}/v1/chat/completions`, body, { headers });
  await reply.text();
  return reply.status;
}

async function spendOf(bench: TwoTracks, query = '') {
  return spendReport.parse(await (await bench.control(`/control/v1/spend${query}`)).json());
}

describe('GET /control/v1/spend', () => {
  test('sums what was spent by app, provider and track, to the nano-dollar', async () => {
    const bench = await startTwoTracks();
    const { key } = await add(bench, { name: 'Editor' });
    await ask(bench, CLOUD_ID, key);
    await ask(bench, CLOUD_ID);
    await ask(bench, 'tiny:0.5b', key);
    await bench.recorded(3);
    const byApp = await spendOf(bench);
    expect(byApp.today).toMatchObject({ requests: 3, costNanoUsd: 2 * CALL_NANO_USD, unknownCosts: 0 });
    expect(byApp.rows.find(({ key: app }) => app === 'editor')).toMatchObject({
      requests: 2,
      costNanoUsd: CALL_NANO_USD,
    });
    const byTrack = await spendOf(bench, '?by=track&days=1');
    expect(byTrack.rows.map(({ key: track, requests, costNanoUsd }) => [track, requests, costNanoUsd])).toEqual([
      ['cloud', 2, 2 * CALL_NANO_USD],
      ['local', 1, 0],
    ]);
    expect((await spendOf(bench, '?by=provider')).rows.map(({ key: provider }) => provider)).toEqual(['up', 'ollama']);
  });

  test('tells what is saved against the reference model, energy and all, as an estimate', async () => {
    const bench = await startTwoTracks({ settings: { budgets: { referenceModel: CLOUD_ID } } });
    await ask(bench, 'pointsman/private');
    await bench.recorded();
    const { savings } = await spendOf(bench);
    expect(savings).toMatchObject({ reference: CLOUD_ID, paidNanoUsd: 0, requests: 1, estimated: true });
    expect(savings.referenceNanoUsd).toBe(CALL_NANO_USD);
    expect(savings.savedNanoUsd).toBe(CALL_NANO_USD - savings.energyNanoUsd);
  });

  test('shows every budget, and warns in the status when one is used up', async () => {
    const bench = await startTwoTracks({ settings: { budgets: { total: { dayUsd: 0.002 } } } });
    expect((await spendOf(bench)).budgets).toMatchObject([{ scope: 'total', period: 'day', spentNanoUsd: 0 }]);
    while ((await ask(bench, CLOUD_ID)) === 200);
    const [budget] = (await spendOf(bench)).budgets;
    expect(budget?.spentNanoUsd).toBeLessThanOrEqual(2_000_000);
    expect(budget?.sentence).toContain('of the budget of $0.002 a day is spent');
  });

  test.each(['days=0', 'days=367', 'by=mood', 'what=1'])('refuses %s', async (query) => {
    const bench = await startTwoTracks();
    expect((await bench.control(`/control/v1/spend?${query}`)).status).toBe(400);
  });
});

describe('apps', () => {
  test('are made, listed, changed and removed; the key is told once and works until then', async () => {
    const bench = await startTwoTracks();
    const { app, key } = await add(bench, { name: 'My Editor', tracks: ['local'], budget: { dayUsd: 1 } });
    expect(app).toMatchObject({
      id: 'my-editor',
      name: 'My Editor',
      enabled: true,
      tracks: ['local'],
      todayNanoUsd: 0,
    });
    expect(key).toMatch(/^pm-[0-9a-f]{48}$/);
    const listed = await bench.control(APPS);
    const text = await listed.text();
    expect(z.object({ apps: z.array(appView) }).parse(JSON.parse(text)).apps).toEqual([app]);
    expect(text).not.toMatch(/keyHash|pm-/);

    expect(await ask(bench, CLOUD_ID, key)).toBe(403);
    const changed = appView.parse(await (await post(bench, `${APPS}/my-editor`, { tracks: null })).json());
    expect(changed).toMatchObject({ tracks: null, budget: { dayUsd: 1, monthUsd: null } });
    expect(await ask(bench, CLOUD_ID, key)).toBe(200);
    await post(bench, `${APPS}/my-editor`, { enabled: false });
    expect(await ask(bench, CLOUD_ID, key)).toBe(401);
    await post(bench, `${APPS}/my-editor`, { enabled: true });
    expect(await ask(bench, 'tiny:0.5b', key)).toBe(200);

    expect(await (await bench.control(`${APPS}/my-editor`, { method: 'DELETE' })).json()).toEqual({ removed: true });
    expect(await ask(bench, 'tiny:0.5b', key)).toBe(401);
    expect(await (await bench.control(APPS)).json()).toEqual({ apps: [] });
  });

  test('outlive a restart, with their keys', async () => {
    const first = await startTwoTracks();
    const { key } = await add(first, { name: 'Editor', budget: { dayUsd: 1 } });
    await ask(first, CLOUD_ID, key);
    await first.engine.stop(0);
    // As the settings file has it: the engine writes it, whoever starts it reads it.
    const settings = JSON.parse(readFileSync(`${first.folder}/settings.json`, 'utf8')) as { apps: unknown };
    expect(JSON.stringify(settings)).not.toContain(key);
    const again = await startTwoTracks({
      folder: first.folder,
      upstreams: first,
      settings: { apps: settings.apps },
    });
    expect(await ask(again, CLOUD_ID, key)).toBe(200);
    const [app] = z.object({ apps: z.array(appView) }).parse(await (await again.control(APPS)).json()).apps;
    expect(app?.todayNanoUsd).toBe(2 * CALL_NANO_USD);
  });

  test.each<[string, string, object]>([
    ['no name', APPS, {}],
    ['an empty one', APPS, { name: '  ' }],
    ['an id that is none', APPS, { name: 'A', id: 'No Good' }],
    ['a name of which no id can be made', APPS, { name: '???' }],
    ['a negative budget', APPS, { name: 'A', budget: { dayUsd: -1 } }],
    ['no tracks at all', APPS, { name: 'A', tracks: [] }],
    ['a key of its own', APPS, { name: 'A', keyHash: '0'.repeat(64) }],
    ['a change of nobody', `${APPS}/nobody`, { enabled: false }],
  ])('are not made of %s', async (_name, path, body) => {
    const bench = await startTwoTracks();
    expect(await problemOf(await post(bench, path, body))).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(await (await bench.control(APPS)).json()).toEqual({ apps: [] });
  });

  test('have ids that are theirs alone, and nobody can be removed who is not there', async () => {
    const bench = await startTwoTracks();
    await add(bench, { name: 'Editor' });
    expect(await problemOf(await post(bench, APPS, { name: 'editor' }))).toMatchObject({ status: 400 });
    const removed = await bench.control(`${APPS}/nobody`, { method: 'DELETE' });
    expect(await problemOf(removed)).toMatchObject({ status: 400 });
  });
});
