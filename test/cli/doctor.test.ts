import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { runCli } from './run-cli.ts';
import { makeFolder, startServed } from './start-served.ts';

const findings = z.array(z.strictObject({ ok: z.boolean(), what: z.string() }));

/** Listens until the test is over. */
async function holdPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('with everything well it says so and ends with 0', async () => {
  const { engine, run } = await startServed();
  const { code, stdout } = await run(['doctor']);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    `ok    The data folder ${engine.folder} can be written.`,
    'ok    The settings file is valid.',
    expect.stringMatching(`^ok    The gateway \\S+ answers on ${engine.url}\\.$`),
    'ok    Ollama 0.40.1 is running with 4 models, 1 in memory.',
  ]);
});

test('a provider that does not work is pointed out, with 1', async () => {
  const { run, cloud } = await startServed();
  await run(['providers', 'add', 'mine', '--url', cloud.url], 'sk-wrong');
  const { code, stdout } = await run(['doctor']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^look {2}mine refused the key \(401\)/mu);
});

test('without a gateway it says how to start it, and looks whether the port is free', async () => {
  const port = await holdPort();
  const folder = makeFolder({ gateway: { port } });
  const { code, stdout } = await runCli(['doctor'], { folder });
  expect(code).toBe(1);
  expect(stdout).toContain('look  The gateway is not running. Start it with: pointsman serve\n');
  expect(stdout).toContain(`look  Port ${port} on 127.0.0.1 is used by another program`);
});

test('settings that cannot be read are pointed out', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'settings.json'), '{ not json');
  const { code, stdout } = await runCli(['doctor', '--json'], { folder });
  expect(code).toBe(1);
  const wrong = findings.parse(JSON.parse(stdout)).filter(({ ok }) => !ok);
  expect(wrong.map(({ what }) => what)).toEqual(expect.arrayContaining([expect.stringContaining('settings')]));
});
