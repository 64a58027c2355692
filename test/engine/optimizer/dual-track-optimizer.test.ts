import { describe, expect, test } from 'vitest';
import { optimizerStatus } from '../../../src-shared/optimizer.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { DualTrackOptimizer } from '../../../src-main/engine/optimizer/dual-track-optimizer.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { optimizerForTest } from './make-optimizer.ts';
import { CLOUD, LOCAL, makeCall, makeResult, NO_SIGNS } from './make-result.ts';

const QUESTION = 'What is the capital of France?';

/** How somebody uses the optimizer in a program of their own: this much, and no gateway. */
test('the dual-track optimizer as a library', async () => {
  const clock = new ManualClock();
  const settings = settingsSchema.parse({ optimizer: { strategy: 'balanced' } });
  const optimizer = new DualTrackOptimizer({
    clock,
    log: new SilentLog(),
    random: () => 0.5,
    settings: () => settings,
    endpoints: () => [LOCAL, CLOUD],
  });
  optimizer.start();

  // Who should answer, in which order, by which path, and why?
  const recommendation = optimizer.getOptimizationRecommendations(QUESTION, { app: 'my-script' });
  const { candidates, path, reason } = recommendation.decision;
  expect(candidates.map(({ endpoint }) => endpoint.id)).toContain('ollama/qwen3:8b');
  expect(['single', 'parallel', 'cascade']).toContain(path);
  expect(reason).toMatch(/^(local|cloud): /);

  // It goes out, it is answered, and the optimizer hears how it went.
  optimizer.recordRequestStart('request-1', recommendation);
  const call = makeCall({ endpoint: LOCAL, firstTokenMs: 250, durationMs: 1_250, outputTokens: 60 });
  const result = makeResult({ calls: [call], answeredBy: LOCAL.id, firstTokenMs: 250, durationMs: 1_250 });
  const record = optimizer.recordRequestCompletion('request-1', 'local', result, true);
  expect(record).toMatchObject({ answeredBy: LOCAL.id, strategy: 'balanced', signal: 'unremarkable' });

  // Later somebody says that it was good. Learning happens when the event loop has a moment, never inside a call.
  expect(optimizer.giveFeedback({ requestId: 'request-1', quality: 1 })).toBe('prompt');
  expect(optimizer.getOptimizationStatus().learning).toMatchObject({ waiting: 2, observations: 0 });
  await clock.advance(100);
  const status = optimizerStatus.parse(optimizer.getOptimizationStatus());
  expect(status.learning).toMatchObject({ waiting: 0, endpoints: [{ endpoint: LOCAL.id }] });
  expect(status.windows[0]?.total).toMatchObject({ requests: 1, successRate: 1, firstTokenP50Ms: 250 });
  expect(status).toMatchObject({ enabled: true, degraded: [], suspendedUntilMs: null });

  // Nothing stays behind.
  optimizer.stop();
  expect(clock.pendingTimers).toBe(0);
});

describe('a request that is known by its id', () => {
  test('may be started with nothing but its words', () => {
    const { optimizer } = optimizerForTest();
    optimizer.recordRequestStart('one', QUESTION, { app: 'script' });
    expect(optimizer.recordRequestCompletion('one', 'local', makeResult(), true)?.candidates).toHaveLength(2);
  });

  test('that nobody started is ignored, in all that is said of it', () => {
    const { optimizer } = optimizerForTest();
    expect(optimizer.recordRequestCompletion('nobody', 'local', makeResult(), true)).toBeNull();
    expect(optimizer.giveFeedback({ requestId: 'nobody', quality: 1 })).toBe('nothing');
    expect(optimizer.getOptimizationStatus().windows[0]?.total.requests).toBe(0);
  });

  test('ends once: what is told a second time is not counted again', () => {
    const { optimizer } = optimizerForTest();
    optimizer.recordRequestStart('one', QUESTION);
    expect(optimizer.recordRequestCompletion('one', 'local', makeResult(), true)).not.toBeNull();
    expect(optimizer.recordRequestCompletion('one', 'local', makeResult(), true)).toBeNull();
    expect(optimizer.getOptimizationStatus().windows[0]?.total.requests).toBe(1);
  });

  test('that failed is counted as a failure, and teaches nothing of quality', async () => {
    const { optimizer, clock } = optimizerForTest();
    optimizer.recordRequestStart('one', QUESTION);
    const calls = [makeCall({ outcome: 'failed', failureCode: 'upstream_timeout', firstTokenMs: null })];
    const result = makeResult({ calls, answeredBy: null, firstTokenMs: null, signs: null });
    const record = optimizer.recordRequestCompletion('one', null, result, false, 'upstream_timeout');
    expect(record).toMatchObject({ reward: 0, answeredBy: null, signal: null });
    await clock.advance(100);
    const { windows, learning } = optimizer.getOptimizationStatus();
    expect(windows[0]?.total).toMatchObject({ requests: 1, successRate: 0 });
    expect(learning.observations).toBe(0);
  });

  test('is remembered for its feedback among the last thousand, later only the endpoint learns', () => {
    const { optimizer, serve } = optimizerForTest();
    const answeredBy = serve('early', QUESTION);
    expect(optimizer.giveFeedback({ requestId: 'early', quality: 0.5 })).toBe('prompt');
    for (let count = 0; count < 1_024; count += 1) serve(`later-${count}`, `question number ${count}`);
    expect(optimizer.giveFeedback({ requestId: 'early', quality: 0.5 })).toBe('nothing');
    expect(optimizer.giveFeedback({ requestId: 'early', quality: 0.5, answeredBy })).toBe('endpoint');
  });

  test.each([NaN, -0.01, 1.01, Infinity])('takes no feedback of %s', (quality) => {
    const { optimizer, serve } = optimizerForTest();
    serve('one', QUESTION);
    expect(optimizer.giveFeedback({ requestId: 'one', quality })).toBe('nothing');
  });
});

describe('learning', () => {
  const PROMPTS = [
    'prove the lemma about primes',
    'solve the integral of x squared',
    'find the eigenvalues of the matrix',
  ];

  test('shifts the choice: where local answers were bad, the cloud is asked; where they were good, it is not', async () => {
    const { optimizer, clock, serve } = optimizerForTest({ settings: { optimizer: { strategy: 'cost_focused' } } });
    const firstOf = (query: string) => optimizer.getOptimizationRecommendations(query).decision.candidates[0]?.endpoint;
    const greetings = ['say hello to Anna', 'wish Ben a good morning', 'say thank you to Clara'];
    for (const prompt of [...PROMPTS, ...greetings]) expect(firstOf(prompt)).toBe(LOCAL);
    for (let round = 0; round < 40; round += 1) {
      for (const [prompts, local] of [
        [PROMPTS, 0],
        [greetings, 1],
      ] as const) {
        const prompt = prompts[round % prompts.length] ?? '';
        for (const [by, quality] of [
          [LOCAL, local],
          [CLOUD, 1],
        ] as const) {
          const id = `${prompt} ${by.id} ${round}`;
          serve(id, prompt, { by });
          optimizer.giveFeedback({ requestId: id, quality });
        }
      }
      await clock.advance(120_000);
    }
    for (const prompt of PROMPTS) expect(firstOf(prompt)).toBe(CLOUD);
    for (const prompt of greetings) expect(firstOf(prompt)).toBe(LOCAL);
  });

  test('never happens inside a request, and what waits is bounded', async () => {
    const { optimizer, clock, serve } = optimizerForTest();
    serve('one', QUESTION);
    for (let count = 0; count < 5_000; count += 1) optimizer.giveFeedback({ requestId: 'one', quality: 1 });
    expect(optimizer.getOptimizationStatus().learning).toMatchObject({ waiting: 4_096, dropped: 905, observations: 0 });
    await clock.advance(1_000);
    expect(optimizer.getOptimizationStatus().learning).toMatchObject({ waiting: 0, dropped: 905 });
  });

  test('leaves weak evidence out while much waits, so that a flood of requests costs no more than they do', () => {
    const { optimizer, serve } = optimizerForTest();
    for (let count = 0; count < 500; count += 1) serve(`r${count}`, `question number ${count}`);
    expect(optimizer.getOptimizationStatus().learning).toMatchObject({ waiting: 32, dropped: 0 });
  });

  test('of a flood only the first thousand are remembered for feedback; at the pace of people every one is', async () => {
    const { optimizer, clock } = optimizerForTest();
    const begin = (requestId: string) => {
      const recommendation = optimizer.getOptimizationRecommendations(QUESTION, { requestId });
      optimizer.begin(recommendation);
    };
    const learned = (requestId: string) => optimizer.giveFeedback({ requestId, quality: 1, answeredBy: LOCAL.id });
    for (let count = 0; count < 1_001; count += 1) begin(`r${count}`);
    expect([learned('r999'), learned('r1000')]).toEqual(['prompt', 'endpoint']);
    await clock.advance(1_000);
    begin('later');
    expect(learned('later')).toBe('prompt');
  });

  test('switched off learns nothing of answers, but speeds are still measured', async () => {
    const { optimizer, clock, serve } = optimizerForTest({ settings: { optimizer: { learning: false } } });
    serve('one', QUESTION);
    await clock.advance(1_000);
    expect(optimizer.getOptimizationStatus().learning.observations).toBe(0);
    // What somebody took the trouble to say is meant to be learned.
    expect(optimizer.giveFeedback({ requestId: 'one', quality: 1 })).toBe('prompt');
    expect(optimizer.getOptimizationStatus().windows[0]?.total.requests).toBe(1);
  });

  test('the same words again within a minute mean that the first answer did not help', async () => {
    const { optimizer, clock, serve } = optimizerForTest();
    serve('one', QUESTION);
    await clock.advance(59_000);
    serve('two', QUESTION);
    // Two answers, and what the second request says of the first.
    expect(optimizer.getOptimizationStatus().learning.waiting).toBe(2);
    await clock.advance(61_000);
    serve('three', QUESTION);
    expect(optimizer.getOptimizationStatus().learning.waiting).toBe(1);
  });

  test('an answer that was thrown away after a check was bad, whoever answered in the end', async () => {
    const { optimizer, clock } = optimizerForTest();
    for (let count = 0; count < 30; count += 1) {
      optimizer.recordRequestStart(`r${count}`, `list the prices as JSON ${count}`);
      const rejected = makeCall({ outcome: 'failed', failureCode: 'answer_rejected' });
      const calls = [rejected, makeCall({ endpoint: CLOUD, costNanoUsd: 270_000 })];
      optimizer.recordRequestCompletion(`r${count}`, 'cascade', makeResult({ calls, signs: NO_SIGNS }), true);
      await clock.advance(120_000);
    }
    const qualities = new Map(
      optimizer.getOptimizationStatus().learning.endpoints.map(({ endpoint, quality }) => [endpoint, quality]),
    );
    expect(qualities.get(LOCAL.id)).toBeLessThan(0.4);
    expect(qualities.get(CLOUD.id)).toBeGreaterThan(0.6);
  });
});

describe('a share of requests that the person wants in the cloud', () => {
  const wanting = (cloudShare: number) =>
    optimizerForTest({ settings: { optimizer: { strategy: 'cost_focused', cloudShare } } });

  test('puts the cloud in front, and the local model stays behind it for when it fails', () => {
    const { decision } = wanting(1).optimizer.getOptimizationRecommendations(QUESTION);
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([CLOUD, LOCAL]);
    expect(decision.candidates.map(({ propensity }) => propensity)).toEqual([1, 0]);
    expect(decision.limits).toHaveLength(2);
    expect(decision.path).toBe('single');
    expect(decision.reason).toBe('cloud: keeps to the share of 100 % that you want in the cloud');
  });

  test('of none keeps everything here', () => {
    const { decision } = wanting(0).optimizer.getOptimizationRecommendations(QUESTION);
    expect(decision.candidates[0]?.endpoint).toBe(LOCAL);
    expect(decision.path).toBe('single');
  });

  test('is about kept to', () => {
    const { optimizer } = wanting(0.3);
    let cloud = 0;
    for (let count = 0; count < 1_000; count += 1) {
      const { decision } = optimizer.getOptimizationRecommendations(`question number ${count} about ${count * 7}`);
      if (decision.candidates[0]?.endpoint === CLOUD) cloud += 1;
    }
    expect(cloud).toBeGreaterThan(200);
    expect(cloud).toBeLessThan(400);
  });

  test('is no reason to send out what is private', () => {
    const { decision } = wanting(1).optimizer.getOptimizationRecommendations(QUESTION, { pins: { private: true } });
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL]);
    expect(decision.reason).toBe('local: this request is private');
  });
});

describe('a dry run', () => {
  test('explains the same choice and leaves no trace', async () => {
    let draws = 0;
    const { optimizer, clock, serve } = optimizerForTest({ random: () => (draws += 1) / 1e6 });
    serve('one', QUESTION);
    await clock.advance(1_000);
    const before = optimizer.getOptimizationStatus();
    const drawn = draws;
    for (let count = 0; count < 20; count += 1) {
      const dry = optimizer.getOptimizationRecommendations(QUESTION, { dryRun: true });
      expect(dry.request).toBeNull();
      expect(dry.decision.explored).toBe(false);
      optimizer.recordRequestStart('dry', dry);
    }
    expect(optimizer.recordRequestCompletion('dry', 'local', makeResult(), true)).toBeNull();
    expect(optimizer.getOptimizationStatus()).toEqual(before);
    expect(draws).toBe(drawn);
    expect(clock.pendingTimers).toBe(0);
  });
});
