import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import type { KeptView } from '../../../../src-shared/jobs.ts';
import type { KeptPrompt } from '../../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { PromptVault } from '../../../../src-main/engine/jobs/kept/prompt-vault.ts';
import type { Clock } from '../../../../src-main/engine/ports.ts';
import { openSecretFile } from '../../../../src-main/engine/providers/secret-file.ts';
import { openStore, type Store } from '../../../../src-main/engine/store/open-store.ts';
import { systemClock, systemRandom } from '../../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { createKeepAliveClient, type KeepAliveClient } from '../../../support/keep-alive-client.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../../support/start-test-engine.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import type { Answer } from '../../../support/upstreams/answer.ts';
import { startUpstream, type Upstream } from '../../../support/upstreams/start-upstream.ts';

/** The engine between an Ollama (`tiny:0.5b`), an OpenAI-style provider (`one/big`) and Anthropic (`two/claude-sonnet-4-5`). */
export interface KeptBench {
  here: TestEngine;
  local: Upstream;
  one: Upstream;
  two: Upstream;
  client: KeepAliveClient;
  /** All three say this from now on. */
  says(meaning: Answer): void;
  view(): Promise<KeptView>;
  consent(consent: boolean): Promise<KeptView>;
  /** The view once so many are kept. */
  kept(count: number): Promise<KeptView>;
}

export async function startKeptBench(options: TestEngineOptions & { consents?: boolean } = {}): Promise<KeptBench> {
  const models = ['tiny:0.5b', 'other:1b'].map((name) => ({
    name,
    capabilities: ['completion', 'tools'],
    sizeBytes: 4e8,
  }));
  const [local, one, two] = await Promise.all([
    startUpstream({ kind: 'ollama', models }),
    startUpstream({ kind: 'openai', models: [{ name: 'big' }] }),
    startUpstream({ kind: 'anthropic' }),
  ]);
  const { settings, consents = true, ...rest } = options;
  const here = await startTestEngine({
    ...rest,
    settings: {
      ollama: { enabled: true, baseUrl: local.url },
      providers: [
        {
          id: 'one',
          name: 'One',
          kind: 'openai',
          track: 'cloud',
          baseUrl: one.url,
          auth: 'none',
          features: { responses: true, completions: true },
        },
        { id: 'two', name: 'Two', kind: 'anthropic', track: 'cloud', baseUrl: two.url, auth: 'none' },
      ],
      optimizer: { exploration: { enabled: false } },
      ...settings,
    },
  });
  const client = createKeepAliveClient(here.url);
  let isStopped = false;
  const bench: KeptBench = {
    here: {
      ...here,
      async stop() {
        if (isStopped) return;
        isStopped = true;
        await here.stop();
      },
    },
    ...{ local, one, two, client },
    says: (meaning) => [local, one, two].forEach((upstream) => upstream.script(answer(meaning))),
    view: () => callOperation(here, 'kept.read', {}),
    consent: (consent) => callOperation(here, 'kept.consent', { consent }),
    async kept(count) {
      for (let tries = 0; tries < 200; tries += 1) {
        const view = await bench.view();
        if (view.count >= count) return view;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`fewer than ${count} prompts were kept`);
    },
  };
  onTestFinished(async () => {
    client.stop();
    await bench.here.stop();
    await Promise.all([local.stop(), one.stop(), two.stop()]);
  });
  bench.says({ text: ['Hello', ' back.'] });
  if (consents) await bench.consent(true);
  return bench;
}

export interface OpenedVault {
  vault: PromptVault;
  store: Store;
  log: SilentLog;
  close(): Promise<void>;
}

/** A data folder's vault without the engine around it; ends with the test at the latest. */
export function openVault(
  folder: string,
  options: {
    clock?: Clock;
    keepPrompts?: Record<string, unknown>;
    secretsFolder?: string;
    settings?: Record<string, unknown>;
  } = {},
): OpenedVault {
  const log = new SilentLog();
  const ports = { clock: options.clock ?? systemClock, random: systemRandom, log };
  const opened = openStore({ folder, ...ports, platform: process.platform });
  if (!opened.ok) throw new Error(opened.message);
  const { store } = opened;
  const settings = settingsSchema.parse({
    ...options.settings,
    privacy: { keepPrompts: { enabled: true, private: true, ...options.keepPrompts } },
  });
  const secrets = openSecretFile({ folder: options.secretsFolder ?? folder, log });
  const vault = new PromptVault({
    ...ports,
    secrets,
    table: store.kept,
    settings: () => settings,
    onChange: () => undefined,
  });
  vault.start();
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    vault.stop();
    await store.close();
  };
  onTestFinished(close);
  return { vault, store, log, close };
}

/** Everything that can be read, by request. */
export function readAll({ vault }: Pick<OpenedVault, 'vault'>): Map<string, KeptPrompt> {
  const found = new Map<string, KeptPrompt>();
  for (const { requestId } of vault.prompts.list({ after: null, limit: 500 })) {
    const prompt = vault.prompts.read(requestId);
    if (prompt !== null) found.set(requestId, prompt);
  }
  return found;
}

/** Stops the engine and reads what it kept. */
export async function readKeptOf(bench: KeptBench, folder: string): Promise<Map<string, KeptPrompt>> {
  await bench.here.stop();
  const opened = openVault(folder);
  const found = readAll(opened);
  await opened.close();
  return found;
}

/** Every file of a folder with its bytes. */
export function filesIn(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ path, bytes: readFileSync(path) }));
}

/** Files that hold these bytes as they are. */
export function filesWith(folder: string, needle: string | Buffer): string[] {
  return filesIn(folder)
    .filter(({ bytes }) => bytes.includes(needle))
    .map(({ path }) => path);
}
