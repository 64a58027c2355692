import { onTestFinished } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';

export interface Upstreams {
  /** An Ollama with `qwen3:8b`, loaded. */
  local: Upstream;
  /** A provider with `big`. */
  cloud: Upstream;
}

/** Two upstreams that answer everything. They end with the test. */
export async function startUpstreams(): Promise<Upstreams> {
  const models = [{ name: 'qwen3:8b', capabilities: ['completion', 'tools'], sizeBytes: 400_000_000, isLoaded: true }];
  const local = await startUpstream({ kind: 'ollama', models });
  onTestFinished(() => local.stop());
  const cloud = await startUpstream({ kind: 'openai', models: [{ name: 'big' }] });
  onTestFinished(() => cloud.stop());
  local.script(answer({ text: 'Hello from here.', usage: { input: 20, output: 10 } }));
  cloud.script(answer({ text: 'Hello from there.', usage: { input: 20, output: 10 } }));
  return { local, cloud };
}
