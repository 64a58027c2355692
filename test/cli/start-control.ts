import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** A control API that answers what a test says, found by the commands as the gateway of this person. */
export interface ScriptedControl {
  url: string;
  /** What was asked: method and path, then the body as it came. */
  asked: [string, unknown][];
  /** Everything that was printed. */
  printed: () => string;
}

/** `answers` by method and path without the query; everything else is answered with an error. Ends with the running test. */
export async function startControl(answers: Readonly<Record<string, unknown>>): Promise<ScriptedControl> {
  const asked: [string, unknown][] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      asked.push([call, text === '' ? null : JSON.parse(text)]);
      const answer = answers[call.split('?')[0] ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(answer ?? { error: { code: 'not_found', message: 'There is no such thing.' } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-cli-'));
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ addresses: [url], pid: process.pid, startedAtMs: 0 }));
  writeFileSync(join(folder, 'control-token'), 'token');
  vi.stubEnv('POINTSMAN_HOME', folder);
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
    print.mockRestore();
  });
  return { url, asked, printed: () => print.mock.calls.map((parameters) => parameters.join(' ')).join('\n') };
}
