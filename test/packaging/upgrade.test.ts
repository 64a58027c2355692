import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWriterConnection } from '../../src-main/engine/store/database.ts';
import { MIGRATIONS, migrate } from '../../src-main/engine/store/migrations.ts';
import { spawnEngine } from '../support/spawn-engine.ts';

const TOKEN = 'a'.repeat(64);
const COST_NANO_USD = 4_200_000;

/** A data folder as the first version left it: its tables, its settings, its token, its keys. */
function makeOldFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-old-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const connection = openWriterConnection(join(folder, 'pointsman.db'));
  migrate(connection, new Map([...MIGRATIONS].slice(0, 1)));
  connection.exec(`
    INSERT INTO requests VALUES (1, 'req-old', 1760000000000, 'chat', 'zed', 'auto', 0, 'ok', 200, 'cloud', 'kept', NULL, 812123, NULL, 900);
    INSERT INTO attempts VALUES
      (1, 0, 'openai', 'gpt-old', 'cloud', 1000, NULL, 800000, 'ok', 200, NULL, 12, 0, 0, 0, 34, 0, 0, ${COST_NANO_USD}, NULL);
    INSERT INTO quarter_hours VALUES (1759999500000, 1, 0, 0, 0, 1, 12, 34, ${COST_NANO_USD}, 0);`);
  connection.close();
  const settings = {
    version: 1,
    gateway: { port: 8455 },
    ollama: { enabled: false },
    providers: [{ id: 'mine', name: 'Mine', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1', track: 'cloud' }],
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  writeFileSync(join(folder, 'control-token'), `${TOKEN}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ mine: 'sk-kept' }), { mode: 0o600 });
  return folder;
}

test('a newer version opens the data of the first one: requests, money, settings, keys and token are kept', async () => {
  const folder = makeOldFolder();
  const engine = await spawnEngine({ folder, settings: null });
  onTestFinished(() => engine.stop());
  const requests = await engine.requests();
  expect(requests.map(({ id, costNanoUsd }) => ({ id, costNanoUsd }))).toEqual([
    { id: 'req-old', costNanoUsd: COST_NANO_USD },
  ]);
  const { providers } = (await (await engine.control('/control/v1/providers')).json()) as {
    providers: { id: string }[];
  };
  expect(providers.map(({ id }) => id)).toContain('mine');
  expect(readFileSync(join(folder, 'control-token'), 'utf8').trim()).toBe(TOKEN);
  expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toContain('sk-kept');
  const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as { gateway: { port: number } };
  expect(settings.gateway.port).toBe(8455);
  expect(readdirSync(folder).filter((name) => /unreadable|damaged|broken/.test(name))).toEqual([]);
});

test('opening it a second time changes nothing more', async () => {
  const folder = makeOldFolder();
  for (const _ of [1, 2]) {
    const engine = await spawnEngine({ folder, settings: null });
    expect(await engine.requests()).toHaveLength(1);
    await engine.signal('SIGTERM');
    await engine.stop();
  }
});
