import { onTestFinished } from 'vitest';
import type { RouteAnswer } from '../../../src-shared/optimizer.ts';
import type { SettingsView } from '../../../src-shared/settings-view.ts';
import type { OperationInput } from '../../../src-shared/operations.ts';
import { loadSettings } from '../../../src-main/engine/store/settings-file.ts';
import { systemClock } from '../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../support/call-operation.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../support/start-test-engine.ts';

/** Sees, on a running engine, that a change of this setting changes what the engine does. */
export type SettingCheck = (path: string) => Promise<void>;

/** Checks by path. */
export type SettingChecks = Readonly<Record<string, SettingCheck>>;

/** Changes one setting as pages and command line do. */
export function set(bench: TestEngine, path: string, value: unknown): Promise<SettingsView> {
  return callOperation(bench, 'settings.change', { changes: [{ path, value }] });
}

/** An engine that ends with the test. */
export async function start(options: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = await startTestEngine(options);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await engine.stop();
  };
  onTestFinished(stop);
  return { ...engine, stop };
}

/** Another engine on the same folder, after the first has ended: what was saved counts. */
export async function restart(bench: TestEngine, folder: string): Promise<TestEngine> {
  await bench.stop();
  const { settings } = loadSettings({ folder, clock: systemClock });
  return start({ folder, settings });
}

export interface Asked {
  model?: string;
  stream?: boolean;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  [field: string]: unknown;
}

/** A chat request; its body is not read. */
export function chat(bench: TestEngine, { headers, signal, ...fields }: Asked = {}): Promise<Response> {
  return fetch(`${bench.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello' }], ...fields }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The status of a chat request that is read to its end. */
export async function statusOf(bench: TestEngine, asked?: Asked): Promise<number> {
  const reply = await chat(bench, asked);
  await reply.text();
  return reply.status;
}

/** What the optimizer would do with a question now. */
export function route(
  bench: TestEngine,
  question: Partial<OperationInput<'optimizer.route'>> = {},
): Promise<RouteAnswer> {
  return callOperation(bench, 'optimizer.route', { prompt: 'Hello, how are you?', ...question });
}

/** The candidate of a track. */
export function candidate(answer: RouteAnswer, track: 'local' | 'cloud'): RouteAnswer['candidates'][number] {
  const found = answer.candidates.find((each) => each.track === track);
  if (found === undefined) throw new Error(`no ${track} candidate: ${answer.reason}`);
  return found;
}
