import {
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Status } from '../../src-shared/control.ts';
import { spawnEngine } from '../support/spawn-engine.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { postJson, PROTOCOLS } from './surfaces.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-damage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function gatewayIn(folder: string): Promise<TestGateway> {
  const gateway = await startGateway({ folder });
  onTestFinished(() => gateway.stop());
  return gateway;
}

async function ask(gateway: TestGateway): Promise<number> {
  const { path, body } = PROTOCOLS.openai;
  const answer = await postJson(gateway.url + path, body('gpt-4o'));
  await answer.text();
  return answer.status;
}

async function warningsOf(gateway: TestGateway): Promise<string[]> {
  return ((await (await gateway.control('/control/v1/status')).json()) as Status).warnings;
}

/** A folder with a database of some size that an engine has left behind. */
async function usedFolder(): Promise<{ folder: string; file: string }> {
  const folder = makeFolder();
  const gateway = await startGateway({ folder });
  for (let count = 0; count < 60; count += 1) await ask(gateway);
  await gateway.recorded(60);
  await gateway.stop();
  return { folder, file: join(folder, 'pointsman.db') };
}

describe('a damaged database', () => {
  it.each<[string, (file: string) => void]>([
    ['garbage in the place of its header', (file) => overwrite(file, 0, 100)],
    ['garbage in its middle', (file) => overwrite(file, statSync(file).size >> 1, 8_192)],
    ['garbage from its second page on', (file) => overwrite(file, 4_096, statSync(file).size - 4_096)],
    ['cut off in the middle', (file) => truncateSync(file, statSync(file).size >> 1)],
    ['a text file', (file) => writeFileSync(file, 'This is no database at all.\n'.repeat(500))],
  ])('is kept aside, and the person is told: %s', async (_what, damage) => {
    const { folder, file } = await usedFolder();
    damage(file);
    const { size } = statSync(file);
    const gateway = await gatewayIn(folder);
    expect(await ask(gateway)).toBe(200);
    expect(await gateway.recorded()).toHaveLength(1);
    const [warning] = await warningsOf(gateway);
    expect(warning).toContain('The database was damaged. It was kept as');
    const kept = readdirSync(folder).find((name) => /^pointsman\.db\.corrupt-\w+$/.test(name)) ?? '';
    expect(warning).toContain(kept);
    expect(statSync(join(folder, kept)).size).toBe(size);
  });

  it('that is empty is a new one, with nothing to tell', async () => {
    const { folder, file } = await usedFolder();
    truncateSync(file, 0);
    const gateway = await gatewayIn(folder);
    expect(await ask(gateway)).toBe(200);
    expect(await warningsOf(gateway)).toEqual([]);
  });

  it('while running does not stop requests, and is replaced', async () => {
    const { folder, file } = await usedFolder();
    const gateway = await gatewayIn(folder);
    expect(await ask(gateway)).toBe(200);
    await gateway.recorded(61);
    overwrite(file, 0, statSync(file).size);
    rmSync(`${file}-wal`, { force: true });
    expect(await ask(gateway)).toBe(200);
    await expect.poll(async () => (await gateway.control('/control/v1/status')).status, { timeout: 10_000 }).toBe(200);
    expect(await ask(gateway)).toBe(200);
  });
});

describe('a settings file', () => {
  it.each([
    ['that is no JSON', '{"gateway": {', /is not valid JSON/],
    ['that is empty', '', /is not valid JSON/],
    ['with a wrong value', '{"gateway":{"port":"many"}}', /gateway\.port/],
    ['with a setting that does not exist', '{"gatway":{}}', /gatway: there is no such setting/],
    ['that holds a list', '[]', /does not hold an object/],
    ['of binary data', '\u0000\u0001\u0002', /is not valid JSON/],
  ])('%s is kept aside, the defaults are used, and the person is told', async (_what, text, sentence) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'settings.json'), text);
    const engine = await spawnEngine({ folder, settings: null });
    onTestFinished(() => engine.stop());
    const { warnings } = await engine.status();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(sentence);
    const kept = readdirSync(folder).find((name) => /^settings\.json\.invalid-\w+$/.test(name)) ?? '';
    expect(warnings[0]).toContain(kept);
    expect(warnings[0]).toContain('The defaults are used.');
    expect(readFileSync(join(folder, kept), 'utf8')).toBe(text);
  });

  it('of a newer version is left as it is, also when something is changed', async () => {
    const folder = makeFolder();
    const text = '{"version":99,"newThing":true}';
    writeFileSync(join(folder, 'settings.json'), text);
    const engine = await spawnEngine({ folder, settings: null });
    onTestFinished(() => engine.stop());
    expect((await engine.status()).warnings[0]).toMatch(/newer version of Pointsman.*left as it is/);
    const added = await engine.control('/control/v1/providers', {
      method: 'POST',
      body: new Blob([JSON.stringify({ id: 'near', baseUrl: 'http://127.0.0.1:9/v1' })], { type: 'application/json' }),
    });
    expect([added.status, await added.text()]).toEqual([409, expect.stringContaining('not overwritten')]);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(text);
  });
});

function overwrite(file: string, offset: number, count: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(count, 0xa5), 0, count, offset);
  closeSync(handle);
}
