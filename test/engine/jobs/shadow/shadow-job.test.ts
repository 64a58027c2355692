import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShadow } from '../../../../src-main/engine/jobs/shadow/read-shadow.ts';
import { teachMissed } from '../../../../src-main/engine/jobs/shadow/teach-lessons.ts';
import type { ShadowLesson } from '../../../../src-main/engine/optimizer/shadow-lesson.ts';
import type { JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { makeEndpoint } from '../../../support/make-endpoint.ts';
import { CLOUD, kept, LARGE, shadowBench, SMALL, sum } from './shadow-bench.ts';

const breathe = () => Promise.resolve();
const SUMS = Array.from({ length: 20 }, (_, at) => sum(at + 1));
const TALKS = Array.from({ length: 40 }, (_, at) => kept(at + 100));
/** Right about two of three; the small model about one of two. */
const adds = (question: { endpoint: { id: string } }, text: string) => {
  const place = Number(/What is (\d+)/u.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(place)) return 'It is right, in my own words';
  return `${place + 1000 + (place % (question.endpoint.id === LARGE.id ? 3 : 2) === 0 ? 1 : 0)}`;
};

describe('a run of shadow evaluation', () => {
  it('asks one model about all prompts before the next, so that each is loaded once', async () => {
    const bench = shadowBench({ prompts: [...SUMS, ...TALKS], answer: adds });
    await bench.run();
    const order = bench.asked.map(({ endpoint }) => endpoint.id).filter((id, at, all) => id !== all[at - 1]);
    // Answers of the large, answers of the small, then the judge of the one and the judge of the other.
    expect(order).toEqual([LARGE.id, SMALL.id, LARGE.id].toSpliced(2, 1, ...order.slice(2)));
    expect(order.length).toBeLessThanOrEqual(4);
  });

  it('needs no judge where answers can be compared', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    const run = await bench.run();
    expect(bench.asked).toHaveLength(40);
    expect(bench.lessons).toHaveLength(40);
    expect(bench.lessons.every(({ weight }) => weight === 1)).toBe(true);
    expect(run.sentence).toMatch(/20 were judged: ollama\/large would have answered about 70 %/);
  });

  it('holds ids alone in its checkpoints, and no words in what it keeps', async () => {
    const bench = shadowBench({ prompts: [...SUMS, ...TALKS], answer: adds });
    await bench.run({
      beforeCommit: ({ next, results }) => {
        expect(JSON.stringify(next)).not.toMatch(/subject|right|1000/);
        expect(JSON.stringify(results ?? [])).not.toMatch(/subject|own words/);
      },
    });
  });

  it('does not ask again what it has asked', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    await bench.run();
    await bench.run({ runId: 'run-2' });
    expect(bench.asked).toHaveLength(40);
  });

  it('has the judge that the person named, though a larger one is there', async () => {
    const middle = makeEndpoint({ providerId: 'ollama', model: 'middle', track: 'local', sizeBytes: 5e9 });
    const judgesOf = async (judge: string | null) => {
      const settings = { privacy: { keepPrompts: { enabled: true } }, background: { shadow: { judge } } };
      const seen = new Set<string>();
      const bench = shadowBench({
        prompts: TALKS,
        settings,
        judge(question) {
          seen.add(question.endpoint.id);
          return '{"verdict":"same"}';
        },
      });
      bench.parts.endpoints = () => [SMALL, middle, LARGE, CLOUD];
      await bench.run();
      return [...seen];
    };
    // A judge that is found unfit hands on to the next: whoever comes first was chosen.
    expect((await judgesOf(null))[0]).not.toBe(SMALL.id);
    expect((await judgesOf(SMALL.id))[0]).toBe(SMALL.id);
  });

  it('looks at no more prompts than it may', async () => {
    const bench = shadowBench({
      prompts: SUMS,
      answer: adds,
      settings: { background: { shadow: { promptsPerRun: 5 } }, privacy: { keepPrompts: { enabled: true } } },
    });
    await bench.run();
    expect(bench.asked).toHaveLength(10);
  });

  it('says why there is nothing to do', async () => {
    expect((await shadowBench({ prompts: [] }).run()).sentence).toMatch(/no prompt has been kept/);
    const off = shadowBench({ prompts: SUMS, settings: { privacy: { keepPrompts: { enabled: false } } } });
    expect((await off.run()).sentence).toMatch(/no prompts are kept/);
    const bench = shadowBench({ prompts: SUMS });
    bench.parts.blocked = () => 'it is down';
    expect((await bench.run()).sentence).toMatch(/no local model/);
  });

  it('tries again later when a model cannot be reached, and keeps what it has', async () => {
    let calls = 0;
    const bench = shadowBench({
      prompts: SUMS,
      answer: (question, text) =>
        ++calls === 7 ? { kind: 'failed', sentence: 'Ollama is gone.', willPass: true } : adds(question, text),
    });
    await expect(bench.run()).rejects.toThrow('Ollama is gone.');
    expect(bench.lessons).toHaveLength(6);
  });

  it('goes on without a prompt that no model can answer', async () => {
    const bench = shadowBench({
      prompts: SUMS,
      answer: () => ({ kind: 'failed', sentence: 'It is too long.', willPass: false }),
    });
    expect((await bench.run()).state).toBe('done');
    expect(bench.lessons).toHaveLength(0);
  });
});

describe('every unit counts exactly once', () => {
  it('wherever the run is killed', async () => {
    const whole = shadowBench({ prompts: [...SUMS.slice(0, 6), ...TALKS.slice(0, 8)], answer: adds });
    const all = await whole.run();
    const wordsOf = ({ endpointId, quality, place }: ShadowLesson) => `${place} ${endpointId} ${quality.toFixed(6)}`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: all.units }), { minLength: 1, maxLength: 6 }),
        async (kills) => {
          const bench = shadowBench({ prompts: [...SUMS.slice(0, 6), ...TALKS.slice(0, 8)], answer: adds });
          let checkpoint: JsonValue = null;
          let unitsBefore = 0;
          for (const stopAfterUnits of [...kills, Infinity]) {
            const run = await bench.run({ stopAfterUnits, checkpoint, unitsBefore });
            unitsBefore += run.units;
            checkpoint = run.checkpoint;
            if (run.state === 'done') break;
            bench.restart();
          }
          expect(unitsBefore).toBe(all.units);
          expect(bench.lessons.map(wordsOf)).toEqual(whole.lessons.map(wordsOf));
          expect(bench.results.list('shadow-evaluation')).toEqual(whole.results.list('shadow-evaluation'));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('also when the engine ends between work and commit: the work is done again, the lesson given once', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    const killed = bench.run({
      beforeCommit: (_, unit) => {
        if (unit === 9) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    const before = bench.lessons.length;
    bench.restart();
    await bench.run();
    expect(before).toBeLessThan(40);
    expect(bench.lessons).toHaveLength(40);
    expect(bench.results.list('shadow-evaluation', 'pair/')).toHaveLength(40);
  });

  it('gives lessons that the learner lost with its last seconds again, and only those', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    await bench.run();
    const lost = bench.lessons.slice(-7);
    bench.learner.until = bench.lessons.at(-8)?.place ?? 0;
    bench.lessons.length = 0;
    bench.restart();
    await teachMissed(bench.parts, breathe);
    expect(bench.lessons).toEqual(lost);
  });

  it('gives them again also to a run that goes on after a kill, before anything later', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    const { checkpoint, units } = await bench.run({ stopAfterUnits: 30 });
    const lost = bench.lessons.slice(-5);
    bench.learner.until = bench.lessons.at(-6)?.place ?? 0;
    const before = bench.lessons.length;
    bench.restart();
    await bench.run({ checkpoint, unitsBefore: units });
    expect(bench.lessons.slice(before, before + 5)).toEqual(lost);
    expect(new Set(bench.lessons.map(({ place }) => place)).size).toBe(40);
  });

  it('gives those that were refused in the middle of a run before the next one', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    const first = await bench.run({ stopAfterUnits: 10 });
    bench.learner.learns = false;
    const second = await bench.run({
      checkpoint: first.checkpoint,
      unitsBefore: first.units,
      stopAfterUnits: 10,
    });
    bench.learner.learns = true;
    await bench.run({ checkpoint: second.checkpoint, unitsBefore: first.units + second.units });
    const places = bench.lessons.map(({ place }) => place);
    expect(places).toHaveLength(40);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it('keeps lessons for when learning is on', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    bench.learner.learns = false;
    await bench.run();
    expect(bench.lessons).toHaveLength(0);
    bench.learner.learns = true;
    await bench.run({ runId: 'run-2' });
    expect(bench.lessons).toHaveLength(40);
  });
});

describe('privacy', () => {
  const cloudJudge = {
    privacy: { keepPrompts: { enabled: true, private: true } },
    background: { usdPerDay: 1, shadow: { cloudJudge: CLOUD.id, promptsPerRun: 500 } },
  };

  it('never sends a private prompt to the cloud, nor lets it leave, whatever else is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 30, maxLength: 50 }), async (open) => {
        const prompts = open.map((mayLeave, at) =>
          mayLeave ? kept(at) : kept(at, { mayLeave, track: 'local', endpoint: SMALL.id }),
        );
        const secrets = prompts
          .filter(({ mayLeave }) => !mayLeave)
          .map(({ requestId }) => Number(requestId.split('-')[1]));
        // Local judges see nothing right, so that whatever may goes to the cloud.
        const bench = shadowBench({
          prompts,
          settings: cloudJudge,
          judge: (question, look) =>
            question.endpoint.track === 'local'
              ? '{"verdict":"first"}'
              : `{"verdict":"${look.first.includes('own words') ? 'first' : 'second'}"}`,
        });
        await bench.run();
        const outside = bench.asked.filter(({ endpoint, mayLeave }) => endpoint.track === 'cloud' || mayLeave);
        const words = JSON.stringify(outside.map(({ request }) => request));
        expect(secrets.filter((secret) => new RegExp(`subject ${secret}\\b`).test(words))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('forgets a prompt that is erased in the middle of a run, and does not ask about it any more', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    const { checkpoint } = await bench.run({ stopAfterUnits: 4 });
    const [first, last] = [bench.asked[0], SUMS.at(-1)];
    const asked = JSON.stringify(first?.request);
    const gone = SUMS.find(
      ({ request }) => JSON.stringify(request.messages) === JSON.stringify(first?.request.messages),
    );
    expect(asked).toContain('What is');
    for (const { requestId } of [gone, last].flatMap((each) => each ?? [])) bench.erase(requestId);
    await bench.run({ checkpoint });
    const view = await readShadow(bench.parts, breathe);
    expect(view.cloudRequests).toBe(18);
    expect(JSON.stringify(bench.results.list('shadow-evaluation'))).not.toContain(`"${gone?.requestId ?? ''}"`);
  });
});

describe('a cloud judge', () => {
  const settings = {
    privacy: { keepPrompts: { enabled: true } },
    background: { usdPerDay: 0.5, shadow: { cloudJudge: CLOUD.id } },
  };
  const locallyBlind = (question: { endpoint: { track: string } }, look: { first: string; second: string }) => {
    if (question.endpoint.track === 'local') return '{"verdict":"first"}';
    const [one, other] = [look.first, look.second].map(
      (text) =>
        /^(?:Certainly|Thank|This|It) [\s\S]*(?:own words|end of \d+)/u.test(text) &&
        !/(?:end of \d+)[\s\S]*end of/u.test(text),
    );
    return `{"verdict":"${one === other ? 'same' : one ? 'first' : 'second'}"}`;
  };

  it('is asked only what no local judge can tell, and not more than it may cost', async () => {
    const bench = shadowBench({ prompts: TALKS, answer: adds, settings, judge: locallyBlind });
    await bench.run();
    const cloud = bench.asked.filter(({ endpoint }) => endpoint.track === 'cloud');
    expect(cloud.length).toBeGreaterThan(0);
    expect(Math.max(...cloud.map(({ mostNanoUsd }) => mostNanoUsd))).toBe(10_000_000);
    const view = await readShadow(bench.parts, breathe);
    expect(view.judges.find(({ endpoint }) => endpoint === CLOUD.id)).toMatchObject({ usable: true });
    expect(view.models[0]?.methods.cloudJudge).toBeGreaterThan(30);
  });

  it('is not asked at all without money for it', async () => {
    const free = { ...settings, background: { usdPerDay: 0, shadow: { cloudJudge: CLOUD.id } } };
    const bench = shadowBench({ prompts: TALKS, answer: adds, settings: free, judge: locallyBlind });
    await bench.run();
    expect(bench.asked.some(({ endpoint }) => endpoint.track === 'cloud')).toBe(false);
  });

  it('leaves off when the money is used up', async () => {
    const bench = shadowBench({
      prompts: TALKS,
      settings,
      judge: (question) =>
        question.endpoint.track === 'local'
          ? '{"verdict":"first"}'
          : { kind: 'refused', sentence: 'The day’s money is used up.' },
    });
    expect((await bench.run()).state).toBe('done');
    expect(bench.asked.filter(({ endpoint }) => endpoint.track === 'cloud')).toHaveLength(1);
  });
});

describe('what follows', () => {
  const many = Array.from({ length: 150 }, (_, at) => sum(at + 1));

  it('proposes to prefer local models when even the low end of the interval is good enough', async () => {
    const bench = shadowBench({
      prompts: many,
      answer: (_, text) => `${Number(/What is (\d+)/u.exec(text)?.[1]) + 1000}`,
    });
    const { proposals } = await bench.run();
    expect(proposals).toMatchObject([
      { key: 'local-bias', changes: [{ path: 'optimizer.preferences.localBias', before: 0.5, after: 0.7 }] },
    ]);
  });

  it('proposes to prefer them less when even the high end is poor', async () => {
    const bench = shadowBench({ prompts: many, answer: () => '1' });
    const { proposals } = await bench.run();
    expect(proposals).toMatchObject([{ changes: [{ before: 0.5, after: 0.3 }] }]);
  });

  it('proposes nothing that the interval does not bear', async () => {
    const bench = shadowBench({ prompts: many, answer: adds });
    expect((await bench.run()).proposals).toEqual([]);
  });

  it('proposes the better of the local models that the person prefers', async () => {
    const models = { preferredLocal: [SMALL.id, LARGE.id] };
    const bench = shadowBench({
      prompts: many,
      answer: adds,
      settings: { models, privacy: { keepPrompts: { enabled: true } } },
    });
    const { proposals } = await bench.run();
    expect(proposals).toMatchObject([
      { key: 'preferred-local', changes: [{ path: 'models.preferredLocal', after: [LARGE.id, SMALL.id] }] },
    ]);
  });

  it('shows examples of both kinds, with words only while the prompt is kept', async () => {
    const bench = shadowBench({ prompts: many, answer: adds });
    await bench.run();
    const view = await readShadow(bench.parts, breathe);
    expect(new Set(view.examples.map(({ quality }) => quality))).toEqual(new Set([0, 1]));
    expect(view.examples[0]).toMatchObject({
      method: 'exact',
      prompt: expect.stringContaining('What is') as string,
      local: expect.stringMatching(/^\d+$/) as string,
    });
    // Their time is up: what holds no words stays.
    bench.prompts.clear();
    const later = await readShadow(bench.parts, breathe);
    expect(later.models).toEqual(view.models);
    expect(
      later.examples.every(({ prompt, accepted, local }) => prompt === null && accepted === null && local === null),
    ).toBe(true);
  });

  it('tells of the last month, and forgets what is older', async () => {
    const bench = shadowBench({ prompts: SUMS, answer: adds });
    await bench.run();
    await bench.clock.advance(40 * 24 * 3_600_000);
    bench.prompts.clear();
    bench.prompts.set('new', sum(9_000, { requestId: 'new', keptAtMs: bench.clock.nowMs() }));
    await bench.run({ runId: 'run-2' });
    expect(bench.results.list('shadow-evaluation', 'pair/')).toHaveLength(2);
    expect((await readShadow(bench.parts, breathe)).cloudRequests).toBe(1);
  });
});
