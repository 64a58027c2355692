import { onTestFinished } from 'vitest';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { startUpstream, type Upstream } from '../../../support/upstreams/start-upstream.ts';
import { startCalling, type CallingBench, type CallingOptions } from './calling-bench.ts';

export const LOCAL = 'ollama/tiny:1b';
export const CLOUD = 'up/big';

export interface CallingTwo extends CallingBench {
  local: Upstream;
  cloud: Upstream;
}

/** A local model in the person's memory, and a cloud one at a dollar for a million tokens in, twenty for a million out. */
export async function startCallingTwo(options: CallingOptions = {}): Promise<CallingTwo> {
  const models = [{ name: 'tiny:1b', capabilities: ['completion', 'tools'], isLoaded: true }];
  const local = await startUpstream({ kind: 'ollama', models });
  const cloud = await startUpstream({ kind: 'openai', models: [{ name: 'big' }] });
  onTestFinished(async () => {
    await local.stop();
    await cloud.stop();
  });
  const usage = { input: 20, output: 10 };
  local.script(answer({ text: ['Hello', ' from', ' here.'], usage }));
  cloud.script(answer({ text: ['Hello', ' from', ' there.'], usage }));
  const { settings, ...rest } = options;
  const bench = await startCalling({
    ...rest,
    settings: {
      ollama: { enabled: true, baseUrl: local.url },
      providers: [{ id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: cloud.url, auth: 'none' }],
      prices: { overrides: [{ endpoint: CLOUD, input: 1, output: 20 }] },
      background: { usdPerDay: 1 },
      ...settings,
    },
  });
  return { ...bench, local, cloud };
}
