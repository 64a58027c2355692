import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { makeFolder } from './start-served.ts';

describe('3: the gateway is not running', () => {
  test.each(['status', 'models', 'providers', 'providers add groq', 'providers test groq', 'providers remove groq'])(
    '%s says how to start it',
    async (command) => {
      const result = await runCli(command.split(' '), { folder: makeFolder(), input: 'sk-key' });
      expect(result).toEqual({
        code: 3,
        stdout: '',
        stderr: 'The gateway is not running. Start it with: pointsman serve\n',
      });
    },
  );

  test('the address of one that was killed counts as not running', async () => {
    const folder = makeFolder();
    const left = { addresses: ['http://127.0.0.1:1'], pid: 1, startedAtMs: 0 };
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify(left));
    writeFileSync(join(folder, 'control-token'), 'left');
    expect((await runCli(['status'], { folder })).code).toBe(3);
  });
});

test('1: another program that took the address over is told from a gateway', async () => {
  const server = createServer((_request, response) => response.end('<html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = makeFolder();
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ addresses: [url], pid: 1, startedAtMs: 0 }));
  writeFileSync(join(folder, 'control-token'), 'left');
  const { code, stderr } = await runCli(['status'], { folder });
  expect(code).toBe(1);
  expect(stderr).toBe(
    `What answers at ${url} (200) is not this version of Pointsman: stop it, then run: pointsman serve\n`,
  );
});

describe('2: asked in a wrong way', () => {
  test.each([
    ['an unknown command', 'bogus', "unknown command 'bogus'"],
    ['an unknown option', 'serve --bogus', "unknown option '--bogus'"],
    ['an option without its value', 'serve --port', "option '--port <port>' argument missing"],
    ['a missing argument', 'providers add', "missing required argument 'name'"],
    ['a word that is not one of the choices', 'providers add x --kind bogus', 'Allowed choices are ollama, openai'],
    ['a port that is no number', 'serve --port x', 'The port must be a whole number from 0 to 65535.'],
    ['a port that is too high', 'demo --port 70000', 'The port must be a whole number from 0 to 65535.'],
  ])('%s', async (_what, command, words) => {
    const { code, stdout, stderr } = await runCli(command.split(' '), { folder: makeFolder() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /u);
  });

  test('no command at all shows what there is', async () => {
    const { code, stderr } = await runCli([], { folder: makeFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: pointsman');
  });
});

test('0: help and version', async () => {
  const folder = makeFolder();
  expect(await runCli(['--help'], { folder })).toMatchObject({ code: 0, stderr: '' });
  const version = await runCli(['--version'], { folder });
  expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/u)]);
});
