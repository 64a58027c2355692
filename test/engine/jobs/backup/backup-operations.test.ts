import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callOperation } from '../../../support/call-operation.ts';
import { startTestEngine } from '../../../support/start-test-engine.ts';
import { startTwoTracks, type TwoTracks } from '../../../support/start-two-tracks.ts';
import { makeFolder } from '../../store/support.ts';

const change = (path: string, value: unknown) => ({ changes: [{ path, value }] });

async function ask({ url }: TwoTracks, times: number): Promise<void> {
  for (let asked = 0; asked < times; asked++) {
    const messages = [{ role: 'user', content: `Hello there, ${asked}` }];
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', max_tokens: 5, messages }),
    });
    await reply.text();
  }
}

async function learned(engine: TwoTracks): Promise<number> {
  return (await callOperation(engine, 'optimizer.read', {})).learning.observations;
}

describe('through the control API', () => {
  test('settings and what was learned come back at once, and stay after a restart', async () => {
    const folder = makeFolder();
    const first = await startTwoTracks({ folder });
    const upstreams = { local: first.local, cloud: first.cloud };
    await ask(first, 5);
    await first.stop();
    const second = await startTwoTracks({ folder, upstreams });
    const known = await learned(second);
    const made = await callOperation(second, 'backups.make', {});
    expect(made.parts).toEqual(expect.arrayContaining(['settings', expect.stringMatching(/^learned: /)]));
    await callOperation(second, 'settings.change', change('budgets.total.dayUsd', 7));
    await ask(second, 5);
    await second.recorded(10);
    await expect.poll(() => learned(second)).toBeGreaterThan(known);

    const restored = await callOperation(second, 'backups.restore', { id: made.id });

    expect(restored).toEqual({ done: true, keptAsIs: [], pendingRestart: [] });
    expect(await learned(second)).toBe(known);
    const { settings } = await callOperation(second, 'settings.read', {});
    expect(settings.budgets.total.dayUsd).toBeNull();
    const written = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as Record<string, unknown>;
    expect(written).toMatchObject({ budgets: { total: { dayUsd: null } } });
    expect((await callOperation(second, 'backups.list', {})).backups).toHaveLength(2);
    await second.stop();
    expect(await learned(await startTwoTracks({ folder, upstreams }))).toBe(known);
  });

  test('one whose learned state is of a newer version is refused before anything is changed', async () => {
    const folder = makeFolder();
    const first = await startTwoTracks({ folder });
    await ask(first, 3);
    await first.stop();
    const connection = new Database(join(folder, 'pointsman.db'));
    connection.exec('UPDATE learner_states SET version = 99');
    connection.close();
    const second = await startTwoTracks({ folder, upstreams: { local: first.local, cloud: first.cloud } });
    const { id } = await callOperation(second, 'backups.make', {});
    await callOperation(second, 'settings.change', change('budgets.total.dayUsd', 7));
    await expect(callOperation(second, 'backups.restore', { id })).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringMatching(/newer version of Pointsman.*Nothing was changed\.$/) as string,
    });
    expect((await callOperation(second, 'settings.read', {})).settings.budgets.total.dayUsd).toBe(7);
  });

  test('an app whose key was replaced since gets in with the key of then, and privacy stays as it is', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.stop());
    const { app, key } = await callOperation(engine, 'apps.add', { name: 'Editor' });
    const made = await callOperation(engine, 'backups.make', {});
    await callOperation(engine, 'apps.remove', { id: app.id });
    await callOperation(engine, 'settings.change', change('privacy.localOnly', true));
    await callOperation(engine, 'settings.change', change('access.requireKeys', true));

    const { keptAsIs } = await callOperation(engine, 'backups.restore', { id: made.id });

    expect(keptAsIs).toEqual(['privacy.localOnly', 'access.requireKeys']);
    const status = async (bearer: string) => {
      const reply = await fetch(`${engine.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'nobody-has-it', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      await reply.text();
      return reply.status;
    };
    expect(await status(key)).toBe(404);
    expect(await status(`${key.slice(0, -1)}x`)).toBe(401);
  });

  test('one that was changed by hand is shown as damaged and refused', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.stop());
    const { id } = await callOperation(engine, 'backups.make', {});
    const file = join(engine.folder, 'backups', `${id}.backup`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"localOnly":false', '"localOnly":true '));
    expect((await callOperation(engine, 'backups.list', {})).backups).toMatchObject([{ id, intact: false }]);
    await expect(callOperation(engine, 'backups.restore', { id })).rejects.toMatchObject({
      status: 409,
      code: 'damaged',
    });
    await expect(callOperation(engine, 'backups.restore', { id: 'none' })).rejects.toMatchObject({ status: 404 });
  });

  test('go when everything is erased: they hold what was learned', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.stop());
    await callOperation(engine, 'backups.make', {});
    await callOperation(engine, 'records.erase', {});
    expect(existsSync(join(engine.folder, 'backups'))).toBe(false);
    expect(await callOperation(engine, 'backups.list', {})).toEqual({ backups: [] });
  });
});

test('the host of the price source is listed with all others that are called, and where prices come from is told', async () => {
  const engine = await startTestEngine();
  onTestFinished(() => engine.stop());
  const hosts = async () => (await callOperation(engine, 'hosts.list', {})).hosts.map(({ host }) => host);
  expect(await hosts()).not.toContain('prices.example');
  const source = { url: 'https://prices.example/table.json', publicKey: `${'A'.repeat(43)}=` };
  await callOperation(engine, 'settings.change', change('prices.source', source));
  expect(await hosts()).toContain('prices.example');
  const { priceTable } = await callOperation(engine, 'spend.read', {});
  expect(priceTable).toMatchObject({ source: expect.stringMatching(/^genai-prices/) as string, fetchedAtMs: null });
});
