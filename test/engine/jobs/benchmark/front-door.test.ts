import { expect, onTestFinished, test } from 'vitest';
import { createScriptedMachine } from '../../../../src-main/demo/scripted-machine.ts';
import { startSimulatedEngines } from '../../../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { startTestEngine, type TestEngine } from '../../../support/start-test-engine.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { raw, silent } from '../../../support/upstreams/script.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { startGateway } from '../../../support/start-gateway.ts';

const LLAMA = 'ollama/sim-llama:3b';
const QWEN = 'ollama/sim-qwen:8b';

async function start(): Promise<{ engine: TestEngine; folder: string }> {
  const engines = await startSimulatedEngines({ seed: 1, clock: systemClock });
  for (const name of ['sim-llama:3b', 'sim-qwen:8b']) {
    engines.local.changeModel(name, { timeToFirstTokenMs: 10, tokensPerSecond: 2_000, loadMs: 20, isSteady: true });
  }
  const engine = await startTestEngine({
    machine: createScriptedMachine().machine,
    settings: { ollama: { enabled: true, baseUrl: engines.local.url }, gate: { requestQuietSeconds: 1 } },
  });
  onTestFinished(async () => {
    await engine.stop();
    await engines.stop();
  });
  return { engine, folder: engine.folder };
}

test('a person has one model measured: its figures are listed, booked and used for predictions', async () => {
  const { engine } = await start();
  const begun = await callOperation(engine, 'benchmarks.run', { model: 'sim-qwen:8b' });
  expect(begun.jobs.find(({ name }) => name === 'model-benchmark')?.current).not.toBeNull();
  const last = async () => {
    // Who looks at the gate has it look at the machine.
    await callOperation(engine, 'gate.read', {});
    const { jobs } = await callOperation(engine, 'jobs.read', {});
    return jobs.find(({ name }) => name === 'model-benchmark')?.last ?? null;
  };
  await expect.poll(last, { timeout: 15_000 }).toMatchObject({ state: 'done', found: 'One model was measured.' });
  const { benchmarks } = await callOperation(engine, 'benchmarks.list', {});
  expect(benchmarks).toMatchObject([{ endpoint: QWEN, latest: { memoryBytes: 5 * 2 ** 30 }, change: null }]);
  const requests = await engine.recorded(7);
  expect(new Set(requests.map(({ app }) => app))).toEqual(new Set(['Pointsman (background)']));
  const { candidates } = await callOperation(engine, 'optimizer.route', { prompt: 'Hello' });
  const measured = new Map(candidates.map((each) => [each.endpoint, each.measured !== null]));
  expect(measured.get(QWEN)).toBe(benchmarks[0]?.latest?.condition === 'calm');
  expect(measured.get(LLAMA)).toBe(false);
}, 30_000);

test('the load time that Ollama tells in a stream is what predictions learn of loading', async () => {
  const gateway = await startGateway({ upstream: { kind: 'ollama' } });
  onTestFinished(() => gateway.stop());
  const loadMs = async () => {
    const { candidates } = await callOperation(gateway, 'optimizer.route', {
      prompt: 'Hello',
      model: 'ollama/qwen3:8b',
    });
    return candidates[0]?.loadMs ?? 0;
  };
  const guessed = await loadMs();
  const piece = { model: 'qwen3:8b', message: { role: 'assistant', content: 'Hello' }, done: false };
  const end = { ...piece, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };
  const counts = { load_duration: 60e9, prompt_eval_count: 9, eval_count: 1, eval_duration: 1e6 };
  const lines = [piece, { ...end, ...counts }].map((line) => `${JSON.stringify(line)}\n`);
  gateway.upstream.script(raw({ headers: { 'content-type': 'application/x-ndjson' }, chunks: lines }));
  const body = JSON.stringify({ model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hello' }], stream: true });
  for (let count = 0; count < 2; count += 1) {
    await (
      await fetch(`${gateway.url}/api/chat`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    ).text();
    await gateway.recorded(count + 1);
  }
  expect(await loadMs()).toBeGreaterThan(4 * guessed);
});

test('a request of the person’s breaks off the call of background work before it is sent on itself', async () => {
  const models = [{ name: 'tiny:1b', capabilities: ['completion'], isLoaded: true }];
  const upstream = await startUpstream({ kind: 'ollama', models });
  upstream.script(silent(), answer({ text: 'Hello.' }));
  const engine = await startTestEngine({
    machine: createScriptedMachine().machine,
    settings: { ollama: { enabled: true, baseUrl: upstream.url }, gate: { requestQuietSeconds: 1 } },
  });
  onTestFinished(async () => {
    await engine.stop();
    await upstream.stop();
  });
  await callOperation(engine, 'benchmarks.run', {});
  const look = async () => {
    await callOperation(engine, 'gate.read', {});
    return upstream.calls.length;
  };
  await expect.poll(look, { timeout: 15_000 }).toBe(1);
  const background = await upstream.call(1);
  const body = JSON.stringify({ model: 'tiny:1b', messages: [{ role: 'user', content: 'Hello' }], stream: false });
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${engine.url}/api/chat`, { method: 'POST', headers, body });
  expect(await reply.text()).toContain('Hello.');
  await background.aborted;
  const { jobs } = await callOperation(engine, 'jobs.read', {});
  expect(jobs.find(({ name }) => name === 'model-benchmark')?.current).toMatchObject({
    state: 'waiting',
    preemptions: 1,
  });
  expect(upstream.received.some(({ body: { keep_alive } }) => keep_alive === 0)).toBe(false);
}, 30_000);
