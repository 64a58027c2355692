import { onTestFinished } from 'vitest';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './start-test-engine.ts';
import { answer } from './upstreams/answer-script.ts';
import { startUpstream, type Upstream } from './upstreams/start-upstream.ts';

/** The engine between an Ollama with a small model and a cloud provider with a big one, whose price is known. */
export interface TwoTracks extends TestEngine {
  /** Has `tiny:0.5b`, loaded. */
  local: Upstream;
  /** Has `big`, as provider `up`: a dollar for a million tokens in, twenty for a million out. */
  cloud: Upstream;
}

export const LOCAL_ID = 'ollama/tiny:0.5b';
export const CLOUD_ID = 'up/big';

/** Ends with the running test. Nothing explores unless the settings say so. */
export async function startTwoTracks(
  options: TestEngineOptions & { upstreams?: Pick<TwoTracks, 'local' | 'cloud'> } = {},
): Promise<TwoTracks> {
  const { upstreams, settings, ...rest } = options;
  const { local, cloud } = upstreams ?? (await startUpstreams());
  const engine = await startTestEngine({
    ...rest,
    settings: {
      ollama: { enabled: true, baseUrl: local.url },
      providers: [{ id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: cloud.url, auth: 'none' }],
      prices: { overrides: [{ endpoint: CLOUD_ID, input: 1, output: 20 }] },
      optimizer: { exploration: { enabled: false } },
      ...settings,
    },
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await engine.stop();
  };
  onTestFinished(stop);
  return { ...engine, stop, local, cloud };
}

async function startUpstreams(): Promise<Pick<TwoTracks, 'local' | 'cloud'>> {
  const models = [{ name: 'tiny:0.5b', capabilities: ['completion', 'tools'], sizeBytes: 400_000_000, isLoaded: true }];
  const local = await startUpstream({ kind: 'ollama', models });
  onTestFinished(() => local.stop());
  const cloud = await startUpstream({ kind: 'openai', models: [{ name: 'big' }] });
  onTestFinished(() => cloud.stop());
  local.script(answer({ text: 'Hello from here.', usage: { input: 20, output: 10 } }));
  cloud.script(answer({ text: 'Hello from there.', usage: { input: 20, output: 10 } }));
  return { local, cloud };
}
