import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { runCli, startCli, type CliProcess } from './run-cli.ts';
import { makeFolder } from './start-served.ts';

const OLLAMA_OFF = { ollama: { enabled: false } };

/** Starts a command that stays, and ends it with the test in whatever state it is. */
function start(parameters: readonly string[], folder: string, environment: Record<string, string> = {}): CliProcess {
  const started = startCli(parameters, { folder, environment });
  onTestFinished(() => void started.child.kill('SIGKILL'));
  return started;
}

function printed(started: CliProcess, words: string | RegExp): Promise<unknown> {
  return expect.poll(started.output, { timeout: 20_000 }).toMatch(words);
}

describe('serve', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('prints its addresses and ends with 0 on %s', async (signal) => {
    const folder = makeFolder(OLLAMA_OFF);
    const serve = start(['serve', '--port', '0'], folder);
    await printed(serve, 'data folder');
    const { addresses } = z
      .object({ addresses: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')));
    serve.child.kill(signal);
    const { code, stdout, stderr } = await serve.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      `Pointsman is listening on ${addresses[0]}`,
      `  pages           ${addresses[0]}  (pointsman open)`,
      `  OpenAI apps     ${addresses[0]}/v1`,
      `  Anthropic apps  ${addresses[0]}`,
      `  Ollama apps     ${addresses[0]}`,
    ]);
    expect(stdout).toContain(`  data folder     ${folder}\n`);
  });

  test('a busy port is a sentence and a code, not a stack', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await runCli(['serve', '--port', String(port)], { folder: makeFolder(OLLAMA_OFF) });
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use[^\\n]*\\n$`, 'u'));
  });

  test('an address beyond this machine comes with a warning', async () => {
    const serve = start(['serve', '--port', '0', '--host', '0.0.0.0'], makeFolder(OLLAMA_OFF));
    await printed(serve, 'Warning: 0.0.0.0 is not only this machine.');
    serve.child.kill('SIGTERM');
    expect((await serve.ended).code).toBe(0);
  });
});

describe('demo', () => {
  /** Data folder and temporary folder of its own, so that what it leaves is seen. */
  function demoFolders() {
    const folder = makeFolder();
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    return { folder, temporary, environment: { TMPDIR: temporary, TEMP: temporary } };
  }

  test('--once goes through all three surfaces, says that all is simulated, ends with 0 and leaves nothing', async () => {
    const { folder, temporary, environment } = demoFolders();
    const { code, stdout, stderr } = await runCli(['demo', '--tour', '--once'], { folder, environment });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Pointsman demo\. Both engines are SIMULATED: no real model is asked and nothing is paid\./u,
    );
    expect(stdout).toMatch(/went to \(simulated\)/u);
    for (const surface of ['OpenAI', 'Responses', 'Anthropic', 'Ollama']) {
      expect(stdout).toMatch(new RegExp(`^ ?\\d+ ${surface}( stream)? +pointsman/`, 'mu'));
    }
    for (const said of stdout.matchAll(/^ {3}said {2}(\S.*)$/gmu))
      expect(said[1]).toMatch(/^(\[simulated\]|\{|calls )/u);
    expect(stdout).toMatch(/\d+ local, \d+ cloud, 1 refused\..*in simulated money\.\n/u);
    expect(stdout).toMatch(/Ended\. Nothing was kept\. .*\n$/u);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder)).toEqual(['temporary']);
  });

  test('no line is longer than its table', async () => {
    const { folder, environment } = demoFolders();
    const { stdout } = await runCli(['demo', '--tour', '--once'], { folder, environment });
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test.each([
    ['before its first request', 'Both engines are SIMULATED'],
    ['in the middle of the tour', /^ 2 OpenAI/mu],
  ])('Ctrl-C %s ends it within 3 s and leaves nothing', async (_when, words) => {
    const { folder, temporary, environment } = demoFolders();
    const demo = start(['demo', '--tour'], folder, environment);
    await printed(demo, words);
    const stoppedAtMs = performance.now();
    demo.child.kill('SIGINT');
    const { code, stdout, stderr } = await demo.ended;
    expect(performance.now() - stoppedAtMs).toBeLessThan(3000);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Stopped\. Nothing was kept\.\n$/u);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('Ctrl-C while it starts leaves nothing either', async () => {
    const { folder, temporary, environment } = demoFolders();
    const demo = start(['demo', '--tour'], folder, environment);
    await expect.poll(() => readdirSync(temporary), { timeout: 20_000, interval: 5 }).toHaveLength(1);
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('stays up after the tour for the commands that it printed', async () => {
    const { folder, environment } = demoFolders();
    const demo = start(['demo', '--tour'], folder, environment);
    await printed(demo, /until you press Ctrl-C/u);
    const url = /^Listening on (\S+) until/mu.exec(demo.output())?.[1] ?? '';
    expect(demo.output()).toContain(`curl -N ${url}/v1/messages`);
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    await health.text();
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
  });
});
