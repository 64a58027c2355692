import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';

const MAIN = resolve(import.meta.dirname, '../../src-main/start/main.ts');

test('a start that is to be headless serves, says so in one line with the address of the pages, and ends cleanly', async () => {
  const started = startHeadless(['--headless', '--port', '0']);
  const line = await started.line(/^No window here.*$/m);
  const address = /open the pages at (http:\S+)\/$/.exec(line)?.[1] ?? '';
  expect(line).toBe(`No window here, because --headless was asked for: open the pages at ${address}/`);
  expect((await fetch(`${address}/health`)).status).toBe(200);
  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
});

test('a wrong flag is refused with the exit code of wrong usage', async () => {
  const started = startHeadless(['--headless', '--prot', '1']);
  expect(await started.ended).toBe(2);
  expect(started.output()).toContain("unknown option '--prot'");
});

function startHeadless(parameters: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-start-'));
  const child = spawn(process.execPath, [...ENGINE_FLAGS, MAIN, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, POINTSMAN_HOME: folder, OLLAMA_HOST: '127.0.0.1:9' },
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output)?.[0];
        if (found !== undefined && output.includes(`${found}\n`)) resolve(found);
      };
      listeners.add(look);
      void ended.then(() => reject(new Error(`It ended: ${output}`)));
    });
  return { child, ended, line, output: () => output };
}
