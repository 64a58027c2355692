import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chooseScenes } from '../../src-main/demo/scenes/scenes.ts';
import { runCli, startCli, type CliProcess } from '../cli/run-cli.ts';
import { makeFolder } from '../cli/start-served.ts';

/** Data folder and temporary folder of its own, so that what it leaves is seen. */
function demoFolders() {
  const folder = makeFolder();
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  return { folder, temporary, environment: { TMPDIR: temporary, TEMP: temporary } };
}

function start(parameters: readonly string[], options: { folder: string; environment: Record<string, string> }) {
  const started: CliProcess = startCli(parameters, options);
  onTestFinished(() => void started.child.kill('SIGKILL'));
  return started;
}

describe('pointsman demo', () => {
  test('plays all scenes one after the other, ends with 0 and leaves nothing', async () => {
    const { temporary, ...options } = demoFolders();
    const { code, stdout, stderr } = await runCli(['demo', '--once', '--speed', '8'], options);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Pointsman demo\. Both engines are SIMULATED/u);
    expect(stdout.match(/^\d\/6 [A-Z ]+$/gmu)).toEqual(
      chooseScenes(null).map(({ title }, place) => `${place + 1}/6 ${title}`),
    );
    expect(stdout).toContain('curl -N http://127.0.0.1:');
    expect(stdout).toMatch(/Ended\. Nothing was kept\. .*\n$/u);
    expect(stdout).not.toMatch(/\u001b/u);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each(['latency_focused', 'questions 1 to 3'])('Ctrl-C after "%s" ends it and leaves nothing', async (words) => {
    const { temporary, ...options } = demoFolders();
    const demo = start(['demo', '--speed', '4'], options);
    await expect.poll(demo.output, { timeout: 20_000 }).toContain(words);
    demo.child.kill('SIGINT');
    const { code, stdout, stderr } = await demo.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Stopped\. Nothing was kept\.\n$/u);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('stays up after the show for the commands that it printed', async () => {
    const { folder, environment } = demoFolders();
    const demo = start(['demo', '--scene', 'strategies', '--speed', '10'], { folder, environment });
    await expect.poll(demo.output, { timeout: 20_000 }).toContain('until you press Ctrl-C');
    const url = /^Listening on (\S+) until/mu.exec(demo.output())?.[1] ?? '';
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
  });

  test.each([
    ['--speed 0', 'The speed must be above 0'],
    ['--speed fast', 'The speed must be above 0'],
    ['--scene opera', "'opera' is invalid"],
  ])('refuses %s', async (parameters, words) => {
    const result = await runCli(['demo', ...parameters.split(' ')], demoFolders());
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(words);
  });

  test('offers every scene by its name', async () => {
    const { stdout } = await runCli(['demo', '--help'], demoFolders());
    for (const { name } of chooseScenes(null)) expect(stdout).toContain(`"${name}"`);
  });
});
