import { expect, it, onTestFinished } from 'vitest';
import { createSpedUpClock } from '../../../../src-main/demo/sped-up-clock.ts';
import { startSimulatedEngines } from '../../../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../../../src-main/engine/system-ports.ts';
import type { RunView } from '../../../../src-shared/jobs.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { startTestEngine, type TestEngine } from '../../../support/start-test-engine.ts';
import { unknownMachine } from '../../../support/unknown-machine.ts';
import { FakePower } from '../../resources/fake-sensors.ts';

const LOCAL = 'ollama/sim-qwen:8b';
const SUMS = Array.from({ length: 24 }, (_, at) => `What is ${17 + at * 7} * ${23 + at * 3}?`);
/** Their answers are too long to be one number: where they differ, a judge has to look. */
const EXPLAINED = Array.from({ length: 8 }, (_, at) => `Please explain: what is ${211 + at * 5} * ${31 + at}?`);

/** An engine between the simulated engines, on a machine where background work may run when somebody asks for it. */
async function start(): Promise<TestEngine> {
  const simulated = await startSimulatedEngines({ seed: 4, clock: createSpedUpClock(systemClock, 200) });
  onTestFinished(() => simulated.stop());
  const power = new FakePower();
  power.reading = { source: 'ac', hasBattery: false, online: true, metered: false };
  const engine = await startTestEngine({
    clock: createSpedUpClock(systemClock, 20),
    machine: unknownMachine({ power: [power] }),
    settings: {
      ollama: { enabled: true, baseUrl: simulated.local.url },
      providers: [
        { id: 'sim', name: 'Simulated', kind: 'openai', track: 'cloud', baseUrl: simulated.cloud.url, auth: 'none' },
      ],
      prices: { overrides: [{ endpoint: 'sim/sim-cloud-large', input: 3, output: 15 }] },
      gate: { allowUnknownHeat: true, resumeHoldSeconds: 0, requestQuietSeconds: 1, headless: true },
    },
  });
  onTestFinished(() => engine.stop());
  await callOperation(engine, 'kept.consent', { consent: true });
  return engine;
}

async function ask(engine: TestEngine, question: string): Promise<void> {
  const body = JSON.stringify({ model: 'sim/sim-cloud-large', messages: [{ role: 'user', content: question }] });
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${engine.url}/v1/chat/completions`, { method: 'POST', headers, body });
  expect(reply.status).toBe(200);
  await reply.arrayBuffer();
}

async function until<Value>(look: () => Promise<Value | null>): Promise<Value> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came to that');
}

/** Runs the job as a person would, and waits for its end. */
async function evaluate(engine: TestEngine): Promise<RunView> {
  const before = (await callOperation(engine, 'jobs.runs', { job: 'shadow-evaluation' })).runs.length;
  await callOperation(engine, 'jobs.run', { name: 'shadow-evaluation' });
  return until(async () => {
    const { runs } = await callOperation(engine, 'jobs.runs', { job: 'shadow-evaluation' });
    return runs.length > before ? (runs[0] ?? null) : null;
  });
}

it(
  'finds out what could have stayed local, teaches the router, and forgets what is erased',
  { timeout: 60_000 },
  async () => {
    const engine = await start();
    const questions = [...SUMS, ...EXPLAINED];
    for (const question of questions) await ask(engine, question);
    await until(async () => ((await callOperation(engine, 'kept.read', {})).count === questions.length ? true : null));
    const learnedBefore = (await callOperation(engine, 'optimizer.read', {})).learning.observations;

    const run = await evaluate(engine);

    expect([run.state, run.problem]).toEqual(['done', null]);
    expect(run.found).toMatch(
      /^Of 32 kept requests that the cloud answered, \d+ were judged: ollama\/sim-\S+ would have answered about \d+ %/,
    );
    const view = await callOperation(engine, 'shadow.read', {});
    expect(view).toMatchObject({ cloudRequests: 32, sentence: run.found });
    expect(view.judgedRequests).toBeGreaterThanOrEqual(24);
    // The larger simulated model gets seven sums of ten right, as everybody may read in the demo.
    const large = view.models.find(({ endpoint }) => endpoint === LOCAL);
    expect(large?.quality?.low).toBeLessThan(0.7);
    expect(large?.quality?.high).toBeGreaterThan(0.7);
    expect(large?.methods.exact).toBeGreaterThan(20);
    expect(large?.tokensPerSecond).toBeGreaterThan(0);
    expect(view.savedPerMonthNanoUsd?.high).toBeGreaterThan(0);
    // Asked for a verdict, a simulated model says the first thing that the form allows: always "first".
    for (const judge of view.judges)
      expect(judge).toMatchObject({ usable: false, sentence: expect.stringMatching(/shown first/) as string });
    expect(view.judges.length).toBeGreaterThan(0);

    const [example] = view.examples;
    expect(questions).toContain(example?.prompt);
    expect(example?.accepted).toContain('[simulated]');
    expect(example?.local).toContain('[simulated]');
    expect(example?.why).not.toContain('[simulated]');

    const learned = (await callOperation(engine, 'optimizer.read', {})).learning.observations;
    expect(learned).toBeGreaterThan(learnedBefore + 30);

    // Nothing new to answer: nothing is learned a second time.
    await evaluate(engine);
    expect((await callOperation(engine, 'optimizer.read', {})).learning.observations).toBe(learned);

    const requestId = example?.requestId ?? '';
    await callOperation(engine, 'kept.erase', { requestId });
    const after = await callOperation(engine, 'shadow.read', {});
    expect(after).toMatchObject({ cloudRequests: 31, judgedRequests: view.judgedRequests - 1 });
    expect(JSON.stringify(after)).not.toContain(requestId);

    await callOperation(engine, 'kept.consent', { consent: false });
    expect(await callOperation(engine, 'shadow.read', {})).toMatchObject({
      cloudRequests: 0,
      examples: [],
      models: [],
    });
  },
);

it('has nothing to do without consent', { timeout: 60_000 }, async () => {
  const engine = await start();
  await callOperation(engine, 'kept.consent', { consent: false });
  await ask(engine, 'What is 2 + 2?');
  expect((await evaluate(engine)).found).toMatch(/no prompts are kept/);
});
