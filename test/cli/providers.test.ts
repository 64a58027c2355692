import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { providerStatus, providerTest } from '../../src-shared/control.ts';
import { post } from '../robustness/surfaces.ts';
import { RIGHT_KEY, startServed, type Served } from './start-served.ts';

const WRONG_KEY = 'sk-wrong-0123456789abcdef';

/** Adds the scripted cloud as an entry of the catalogue at another address. */
function addCloud({ run, cloud }: Served, key: string, ...more: string[]) {
  return run(['providers', 'add', 'groq', '--url', cloud.url, ...more], key);
}

/** Names of the files below the folder that hold the text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').includes(text))
    .map((entry) => entry.name);
}

test('adding with the right key says that it works and how its models are called', async () => {
  const { code, stdout, stderr } = await addCloud(await startServed(), `${RIGHT_KEY}\n`);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Added Groq. Groq works: address and key are right, 3 models.');
  expect(stdout).toContain('Its models are called groq/…');
});

test('adding with a wrong key says that it is the key, and how to correct it', async () => {
  const { code, stdout } = await addCloud(await startServed(), WRONG_KEY);
  expect(code).toBe(1);
  expect(stdout).toContain('Added Groq, but it does not work yet. Groq refused the key (401)');
  expect(stdout).toContain('To correct it: pointsman providers key groq\n');
});

test('adding with a wrong address says that it is the address, and how to correct it', async () => {
  const served = await startServed();
  await served.cloud.stop();
  const { code, stdout } = await addCloud(served, RIGHT_KEY);
  expect(code).toBe(1);
  expect(stdout).toContain(`it does not work yet. Nothing answers at ${new URL(served.cloud.url).origin}`);
  expect(stdout).toContain('To correct it: pointsman providers remove groq');
});

test('adding with a wrong path says that nothing is there', async () => {
  const { run, cloud } = await startServed();
  cloud.scriptPath('/elsewhere/models', () => ({ status: 404 }));
  const { code, stdout } = await run(['providers', 'add', 'groq', '--url', `${cloud.url}/elsewhere`], RIGHT_KEY);
  expect(code).toBe(1);
  expect(stdout).toContain(`There is nothing at ${cloud.url}/elsewhere/models (404): check the base URL`);
});

test('a key that was wrong is replaced by the right one, and the models are there', async () => {
  const served = await startServed();
  await addCloud(served, WRONG_KEY);
  const { code, stdout } = await served.run(['providers', 'key', 'groq'], RIGHT_KEY);
  expect([code, stdout]).toEqual([0, 'Groq works: address and key are right, 3 models.\n']);
  expect((await served.run(['models'])).stdout).toMatch(/^groq\/gpt-4o /mu);
});

test('rotate takes a new key only when it works, and never shows one', async () => {
  const served = await startServed();
  await addCloud(served, RIGHT_KEY);
  const wrong = await served.run(['providers', 'rotate', 'groq'], WRONG_KEY);
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toContain('Groq refused the key (401)');
  expect(wrong.stdout).toContain('The key that was there before stays in use');
  const right = await served.run(['providers', 'rotate', 'groq', '--json'], RIGHT_KEY);
  expect([right.code, providerTest.parse(JSON.parse(right.stdout)).ok]).toEqual([0, true]);
  expect(JSON.stringify([wrong, right])).not.toMatch(new RegExp(`${WRONG_KEY}|${RIGHT_KEY}`, 'u'));
});

test('a provider of one’s own has the name that it was given, and its track follows from its address', async () => {
  const { run, cloud } = await startServed();
  const { stdout } = await run(['providers', 'add', 'mine', '--url', cloud.url, '--json'], RIGHT_KEY);
  const schema = z.object({ provider: providerStatus, test: providerTest });
  const { provider, test } = schema.parse(JSON.parse(stdout));
  expect(provider).toMatchObject({ id: 'mine', kind: 'openai', track: 'local', key: 'stored' });
  expect(test).toMatchObject({ ok: true, problem: 'none' });
});

test('a provider without a key is added with --no-key and reads no input', async () => {
  const { run, cloud } = await startServed();
  const { stdout } = await run(['providers', 'add', 'mine', '--url', cloud.url, '--no-key', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ provider: { key: 'not needed' }, test: { problem: 'key' } });
});

test('adding without a key where one is needed says how to give it, and adds nothing', async () => {
  const served = await startServed();
  const { code, stderr } = await addCloud(served, '');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^No key was given\. Paste it, or pipe it: .*\nIf it needs none, say --no-key\.\n$/u);
  expect((await served.run(['providers'])).stdout).not.toContain('groq');
});

test('a name that the catalogue does not have is answered with the nearest one', async () => {
  const { run } = await startServed();
  const { code, stderr } = await run(['providers', 'add', 'grok'], RIGHT_KEY);
  expect([code, stderr]).toEqual([1, 'The catalogue has no provider "grok"; did you mean groq?\n']);
});

test('the same provider is not added twice', async () => {
  const served = await startServed();
  await addCloud(served, RIGHT_KEY);
  const { code, stderr } = await addCloud(served, RIGHT_KEY);
  expect(code).toBe(1);
  expect(stderr).toContain('There is a provider "groq" already');
});

test('test tries a provider again and ends with 1 when it does not work', async () => {
  const served = await startServed();
  await addCloud(served, RIGHT_KEY);
  const good = await served.run(['providers', 'test', 'groq', '--json']);
  expect([good.code, providerTest.parse(JSON.parse(good.stdout)).ok]).toEqual([0, true]);
  await served.cloud.stop();
  const bad = await served.run(['providers', 'test', 'groq', '--json']);
  expect([bad.code, providerTest.parse(JSON.parse(bad.stdout)).problem]).toEqual([1, 'address']);
});

test('remove takes the provider away and its key out of the data folder', async () => {
  const served = await startServed();
  await addCloud(served, RIGHT_KEY);
  const { code, stdout } = await served.run(['providers', 'remove', 'groq']);
  expect([code, stdout]).toEqual([0, 'groq was removed and its key forgotten.\n']);
  expect(filesWith(served.engine.folder, RIGHT_KEY)).toEqual([]);
  const again = await served.run(['providers', 'remove', 'groq']);
  expect(again).toEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no provider "groq": "pointsman providers" lists them.\n',
  });
});

test('a key is sent to the provider and stands in secrets.json, and nowhere else', async () => {
  const served = await startServed();
  const { engine, cloud, run } = served;
  const printed = [await addCloud(served, WRONG_KEY), await run(['providers', 'key', 'groq'], RIGHT_KEY)];
  await post(
    `${engine.url}/v1/chat/completions`,
    '{"model":"groq/gpt-4o","messages":[{"role":"user","content":"Hi"}]}',
  );
  for (const command of ['status', 'providers', 'models', 'doctor', 'providers test groq']) {
    printed.push(await run(command.split(' ')), await run([...command.split(' '), '--json']));
  }
  expect(cloud.calls[0]?.headers.authorization).toBe(`Bearer ${RIGHT_KEY}`);
  for (const key of [WRONG_KEY, RIGHT_KEY]) {
    expect(printed.filter(({ stdout, stderr }) => (stdout + stderr).includes(key))).toEqual([]);
    expect(engine.output()).not.toContain(key);
  }
  await engine.signal('SIGTERM');
  expect(filesWith(engine.folder, RIGHT_KEY)).toEqual(['secrets.json']);
  expect(filesWith(engine.folder, WRONG_KEY)).toEqual([]);
});

test('there is no option to give a key on the command line, where everyone could see it', async () => {
  const { run, cloud } = await startServed();
  const { code, stderr } = await run(['providers', 'add', 'groq', '--url', cloud.url, '--key', RIGHT_KEY]);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown option '--key'");
  const help = await run(['providers', 'add', '--help']);
  expect(help.stdout).not.toMatch(/--key[ =]</u);
});
