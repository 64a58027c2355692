import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { spawnEngine, type SpawnedEngine } from '../support/spawn-engine.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { runCli, type CliResult } from './run-cli.ts';

/** The only key that the scripted cloud takes. */
export const RIGHT_KEY = 'sk-right-0123456789abcdef';

/** `serve` as a process, with a scripted Ollama known to it and a scripted cloud that is yet to be added. */
export interface Served {
  engine: SpawnedEngine;
  cloud: Upstream;
  run: (parameters: readonly string[], input?: string) => Promise<CliResult>;
}

/** Ends with the running test. */
export async function startServed(): Promise<Served> {
  const ollama = await startUpstream({ kind: 'ollama' });
  onTestFinished(() => ollama.stop());
  const cloud = await startUpstream({ kind: 'openai', key: RIGHT_KEY });
  onTestFinished(() => cloud.stop());
  const engine = await spawnEngine({ settings: { ollama: { baseUrl: ollama.url } } });
  onTestFinished(() => engine.stop());
  return {
    engine,
    cloud,
    run: (parameters, input) =>
      runCli(parameters, { folder: engine.folder, ...(input === undefined ? {} : { input }) }),
  };
}

/** An empty data folder on which nothing runs, removed with the running test. */
export function makeFolder(settings?: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (settings !== undefined) writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  return folder;
}
