import { describe, expect, onTestFinished, test } from 'vitest';
import { startSimulatedEngines } from '../../../../src-main/demo/start-simulated-engines.ts';
import type { JobCallers } from '../../../../src-main/engine/jobs/job-callers.ts';
import { RunMeter } from '../../../../src-main/engine/jobs/run-meter.ts';
import { openRememberedModels } from '../../../../src-main/engine/jobs/calls/remembered-models.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../../../../src-main/engine/routing/machine-state.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { makeFolder } from '../../store/support.ts';
import { question, startCalling } from './calling-bench.ts';
import { SharedTime } from './shared-time.ts';

const LLAMA = 'ollama/sim-llama:3b';
const QWEN = 'ollama/sim-qwen:8b';

/** An Ollama in whose memory the person has `sim-llama:3b`. */
async function start(options: { machine?: MachineState } = {}) {
  const clock = new SharedTime();
  const engines = await startSimulatedEngines({ seed: 1, clock: clock.simulated });
  onTestFinished(() => engines.stop());
  const { url } = engines.local;
  const bench = await startCalling({
    clock,
    settings: { ollama: { enabled: true, baseUrl: url } },
    parts: { remembered: openRememberedModels({ folder: makeFolder(), log: new SilentLog() }) },
    ...options,
  });
  const loaded = async (): Promise<string[]> => {
    const reply = (await (await fetch(`${url}/api/ps`)).json()) as { models: { name: string }[] };
    return reply.models.map(({ name }) => name).sort();
  };
  /** A program that asks Ollama without us. */
  const askDirectly = async (model: string): Promise<void> => {
    const body = JSON.stringify({ model, stream: false, messages: [{ role: 'user', content: 'Hello' }] });
    await (await fetch(`${url}/api/chat`, { method: 'POST', body })).text();
  };
  return { ...bench, clock, engines, loaded, askDirectly };
}

/** A unit of the engine that was started after the first. */
async function askAgain(bench: Awaited<ReturnType<typeof start>>, callers: JobCallers): Promise<void> {
  const run = { id: 'run', job: 'shadow-evaluation', trigger: 'schedule', createdAtMs: 0 } as const;
  const caller = callers.forUnit({ run, signal: new AbortController().signal, meter: new RunMeter() });
  expect((await caller.ask(question(bench.endpoint(QWEN)))).kind).toBe('answered');
}

describe('models in memory', () => {
  test('that background work loaded leave it when the run ends', async () => {
    const bench = await start();
    expect(await bench.ask(QWEN)).toMatchObject({ kind: 'answered', timing: { wasLoaded: false, loadMs: 3_500 } });
    expect(await bench.loaded()).toEqual(['sim-llama:3b', 'sim-qwen:8b']);
    await bench.callers.release();
    expect(await bench.loaded()).toEqual(['sim-llama:3b']);
    expect(bench.endpoint(QWEN).loaded).toBe(false);
  });

  test('of the person stay, however often background work asks them', async () => {
    const bench = await start();
    const before = bench.endpoint(LLAMA).loaded;
    expect(await bench.ask(LLAMA)).toMatchObject({ kind: 'answered', timing: { wasLoaded: true, loadMs: 0 } });
    await bench.callers.release();
    expect([before, await bench.loaded()]).toEqual([true, ['sim-llama:3b']]);
  });

  test('that the person has begun to use since stay, even if asked without us', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    await bench.askDirectly('sim-qwen:8b');
    await bench.callers.release();
    expect(await bench.loaded()).toContain('sim-qwen:8b');
  });

  test('that a request of the person waits for stay', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    bench.lanes.of(bench.endpoint(QWEN)).queue.tryEnter();
    await bench.callers.release();
    expect(await bench.loaded()).toContain('sim-qwen:8b');
  });

  test('that became the person’s are not ours again with the next call', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    await bench.askDirectly('sim-qwen:8b');
    await bench.ask(QWEN);
    await bench.callers.release();
    expect(await bench.loaded()).toContain('sim-qwen:8b');
  });

  test('leave by themselves soon after an engine that was killed', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    await bench.clock.pass(100_000);
    expect(await bench.loaded()).toContain('sim-qwen:8b');
    await bench.clock.pass(25_000);
    expect(await bench.loaded()).not.toContain('sim-qwen:8b');
  });

  test('are still ours for the engine that comes after one that was killed', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    const after = bench.restarted();
    await bench.clock.pass(90_000);
    await askAgain(bench, after);
    await after.release();
    expect(await bench.loaded()).toEqual(['sim-llama:3b']);
  });

  test('are the person’s after it, if they were asked for meanwhile', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    const after = bench.restarted();
    await bench.askDirectly('sim-qwen:8b');
    await askAgain(bench, after);
    await after.release();
    expect(await bench.loaded()).toContain('sim-qwen:8b');
  });

  test('that are gone are not remembered: whoever loads them next, it was not us', async () => {
    const bench = await start();
    await bench.ask(QWEN);
    await bench.callers.release();
    const after = bench.restarted();
    await bench.askDirectly('sim-qwen:8b');
    await after.release();
    expect(await bench.loaded()).toContain('sim-qwen:8b');
  });

  test('are taken out for a measurement when they are ours or nobody’s, and not when they are the person’s', async () => {
    const bench = await start();
    expect(await bench.caller.unload(bench.endpoint(QWEN))).toBe(true);
    await bench.ask(QWEN);
    expect(await bench.caller.unload(bench.endpoint(QWEN))).toBe(true);
    expect(await bench.caller.unload(bench.endpoint(LLAMA))).toBe(false);
    expect(await bench.loaded()).toEqual(['sim-llama:3b']);
  });

  test('of the person are not pushed out where there is no room for both', async () => {
    const bench = await start({ machine: { ...UNKNOWN_MACHINE, memoryFreeBytes: 2 ** 30 } });
    expect(await bench.ask(QWEN)).toEqual({
      kind: 'failed',
      willPass: true,
      sentence: `${QWEN} was not asked: there is no room for it beside ${LLAMA}.`,
    });
    expect(await bench.loaded()).toEqual(['sim-llama:3b']);
  });
});

describe('how a model is asked for', () => {
  const WINDOW = { contextTokens: 4_608, keepAlive: -1 };

  async function bodyFor(isLoaded: boolean) {
    const upstream = await startUpstream({ kind: 'ollama', models: [{ name: 'tiny:1b', isLoaded }] });
    onTestFinished(() => upstream.stop());
    const bench = await startCalling({ settings: { ollama: { enabled: true, baseUrl: upstream.url } } });
    const { request } = question(bench.endpoint('ollama/tiny:1b'));
    await bench.ask('ollama/tiny:1b', { request: { ...request, ...WINDOW } });
    return (await upstream.call(1)).body;
  }

  test('leaves the person’s as it is in memory: another window would load it anew, another end would be theirs no more', async () => {
    const body = await bodyFor(true);
    expect(body.keep_alive).toBeUndefined();
    expect(body.options).toEqual({ num_predict: 100 });
  });

  test('gives one of our own the window that the job wants, and two minutes', async () => {
    const body = await bodyFor(false);
    expect(body).toMatchObject({ keep_alive: 120, options: { num_ctx: 4_608 } });
  });
});
