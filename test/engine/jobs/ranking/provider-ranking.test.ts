import { describe, expect, it } from 'vitest';
import { createProviderRankingJob, readRanking } from '../../../../src-main/engine/jobs/ranking/provider-ranking.ts';
import { judgeTrend } from '../../../../src-main/engine/jobs/ranking/judge-trend.ts';
import { noSums } from '../../../../src-main/engine/jobs/ranking/provider-sums.ts';
import { UNKNOWN_USAGE } from '../../../../src-main/engine/protocols/chat-event.ts';
import { ProviderCalls } from '../../../../src-main/engine/store/provider-calls.ts';
import type { AttemptRecord, RequestRecord } from '../../../../src-main/engine/store/records.ts';
import { seededRandom } from '../../stats/mersenne-twister.ts';
import { makeAttempt, makeRecord, openStore } from '../../store/support.ts';
import { KeptWork, runKind } from '../run-kind.ts';

const DAY_MS = 86_400_000;

function start(names: Record<string, string> = { openai: 'OpenAI', groq: 'Groq', mine: 'Mine' }) {
  const { clock, writer, database } = openStore();
  const kept = new KeptWork();
  const calls = new ProviderCalls(database);
  const providers = () => Object.entries(names).map(([id, name]) => ({ id, name }));
  const parts = { clock, calls, results: kept, providers, targetMs: () => 2_000 };
  const kind = createProviderRankingJob(parts);
  const book = (count: number, daysAgo: number, attempt: Partial<AttemptRecord>, more: Partial<RequestRecord> = {}) => {
    const startedAtMs = clock.nowMs() - daysAgo * DAY_MS;
    for (let made = 0; made < count; made += 1) {
      writer.append(makeRecord({ startedAtMs, attempts: [makeAttempt(attempt)], ...more }));
    }
    writer.flush();
  };
  const ranked = (id: string) => {
    const found = readRanking(parts).find(({ providerId }) => providerId === id);
    if (found === undefined) throw new Error(`${id} is not ranked`);
    return found;
  };
  return { clock, kept, kind, book, ranked, calls, parts, run: () => runKind(kind, { kept, clock }) };
}

const FAILED = { outcome: 'failed', failureCode: 'upstream_error', status: 500, firstContentMs: null } as const;
const usage = (inputTokens: number, outputTokens: number) => ({ ...UNKNOWN_USAGE, inputTokens, outputTokens });

describe('the ranking', () => {
  it('tells success, first token, speed and price as they were recorded', async () => {
    const { book, run, ranked } = start();
    // 101 tokens, the first after 500 ms and the others within a second; 2 nano-dollars a token.
    const good = { providerId: 'groq', startedMs: 0, firstContentMs: 500, durationMs: 1500, usage: usage(899, 101) };
    book(99, 3, { ...good, costNanoUsd: 2_000 });
    book(1, 3, { ...FAILED, providerId: 'groq' });
    await run();
    const groq = ranked('groq');
    expect(groq).toMatchObject({ requests: 100, successRate: 0.99, trend: null });
    expect(groq.firstTokenMs).toBeCloseTo(500, -1);
    expect(groq.tokensPerSecond).toBeCloseTo(100, 6);
    expect(groq.nanoUsdPer1000Tokens).toBeCloseTo(2_000, 6);
    // 100 × (0.5 × Wilson's low end of 99/100 + 0.2 × 1 + 0.1 × 1 + 0.2 × 2^-0.0002).
    const low = 0.9455097;
    expect(groq.score).toBeCloseTo(100 * (0.5 * low + 0.2 + 0.1 + 0.2 * 2 ** -0.0002), 3);
    expect(groq.sentence).toBe(
      'Groq: 99 % of 100 calls went well (surely more than 94.5 %), first token after 498 ms, 100 tokens a second, $0.000002 for 1,000 tokens.',
    );
  });

  it('does not put two calls that went well before two thousand', async () => {
    const { book, run, ranked, parts } = start();
    book(2_000, 2, { providerId: 'openai' });
    book(2, 2, { providerId: 'groq' });
    await run();
    expect(readRanking(parts).map(({ providerId }) => providerId)).toEqual(['openai', 'groq', 'mine']);
    expect(ranked('groq')).toMatchObject({ score: null, successRate: 1, requests: 2 });
    expect(ranked('groq').sentence).toContain('too little for a score');
    expect(ranked('openai').score).toBeGreaterThan(70);
  });

  it('says null of what nobody knows, and nothing of a provider that was not asked', async () => {
    const { book, run, ranked } = start();
    book(12, 1, { providerId: 'groq', firstContentMs: null, costNanoUsd: null, usage: UNKNOWN_USAGE });
    await run();
    const figures = { firstTokenMs: null, tokensPerSecond: null, nanoUsdPer1000Tokens: null };
    expect(ranked('groq')).toMatchObject(figures);
    expect(ranked('groq').score).toBeCloseTo(75.7, 0);
    expect(ranked('mine')).toMatchObject({ ...figures, score: null, successRate: null, requests: 0, trend: null });
    expect(ranked('mine').sentence).toBe('Mine was not asked in the last weeks.');
  });

  it('calls what costs nothing free, which is not unknown', async () => {
    const { book, run, ranked } = start();
    book(12, 1, { providerId: 'mine', track: 'local', costNanoUsd: 0 });
    await run();
    expect(ranked('mine').nanoUsdPer1000Tokens).toBe(0);
    expect(ranked('mine').sentence).toContain('free of charge');
  });

  it.each(['invalid_request', 'context_too_long', 'credential_refused', 'queue_full', 'answer_rejected'] as const)(
    'does not hold %s against the provider',
    async (failureCode) => {
      const { book, run, ranked } = start();
      book(20, 1, { providerId: 'groq' });
      book(20, 1, { ...FAILED, providerId: 'groq', failureCode });
      await run();
      expect(ranked('groq')).toMatchObject({ requests: 20, successRate: 1 });
    },
  );

  it.each(['rate_limited', 'upstream_timeout', 'overloaded', 'upstream_garbled'] as const)(
    'holds %s against it',
    async (failureCode) => {
      const { book, run, ranked } = start();
      book(20, 1, { providerId: 'groq' });
      book(20, 1, { ...FAILED, providerId: 'groq', failureCode });
      await run();
      expect(ranked('groq')).toMatchObject({ requests: 40, successRate: 0.5 });
    },
  );

  it('leaves out calls that were broken off, and those of background work', async () => {
    const { book, run, ranked } = start();
    book(20, 1, { providerId: 'groq' });
    book(20, 1, { providerId: 'groq', outcome: 'cancelled' });
    book(20, 1, { ...FAILED, providerId: 'groq' }, { app: 'Pointsman (background)' });
    await run();
    expect(ranked('groq')).toMatchObject({ requests: 20, successRate: 1 });
  });

  it('forgets what is older than four weeks, and keeps no sums of it', async () => {
    const { book, run, ranked, clock, kept } = start();
    book(20, 27, { providerId: 'groq' });
    await run();
    expect(ranked('groq').requests).toBe(20);
    await clock.advance(DAY_MS);
    await run();
    expect(ranked('groq').requests).toBe(0);
    expect(kept.list('provider-ranking', 'day/')).toEqual([]);
  });
});

describe('each recorded call', () => {
  it('is summed once, however often the job runs', async () => {
    const { book, run, ranked } = start();
    book(30, 1, { providerId: 'groq' });
    await run();
    await run();
    book(10, 0, { providerId: 'groq' });
    await run();
    expect(ranked('groq').requests).toBe(40);
  });

  it('is summed once when a unit is thrown away and done again', async () => {
    const { book, kind, kept, clock, ranked, run } = start();
    book(30, 1, { providerId: 'groq' });
    const planned = kind.plan();
    if (planned.kind !== 'begin') throw new Error('there is work');
    // Done, and lost before it was committed.
    await runKind({ ...kind, plan: () => planned }, { kept: new KeptWork(), clock });
    await run();
    expect(kept.read('provider-ranking', 'cursor')).toBe(30);
    expect(ranked('groq').requests).toBe(30);
  });

  it('is read in units of five thousand requests and slices that let others have their turn', async () => {
    const { book, run, ranked, kind } = start();
    book(11_000, 1, { providerId: 'groq' });
    expect(kind.plan()).toMatchObject({ unitsTotal: 4 });
    const { units, breaths } = await run();
    expect(units).toBe(4);
    expect(breaths).toBeGreaterThanOrEqual(44);
    expect(ranked('groq').requests).toBe(11_000);
  });

  it('counts anew after everything was erased', async () => {
    const { book, ranked, kept, parts, clock } = start();
    book(5, 1, { providerId: 'groq' });
    kept.commit('provider-ranking', {
      next: null,
      unitsTotal: null,
      results: [{ key: 'cursor', value: 900, requestId: null }],
    });
    await runKind(createProviderRankingJob(parts), { kept, clock });
    expect(ranked('groq').requests).toBe(5);
  });
});

describe('the trend', () => {
  const quick = { providerId: 'groq', startedMs: 0, firstContentMs: 400 };

  it('is degrading when surely fewer calls succeed, and a finding tells the figures', async () => {
    const { book, run, ranked, kept } = start();
    book(300, 14, quick);
    book(80, 2, quick);
    book(20, 2, { ...FAILED, providerId: 'groq' });
    const { found } = await run();
    expect(ranked('groq').trend).toBe('degrading');
    expect(found).toBe('Compared 1 provider: groq does best, one got worse.');
    const finding = kept.findings.get('degrading/groq');
    expect(finding).toMatchObject({ severity: 'low', action: { view: 'requests' } });
    expect(finding?.sentence).toContain('80 % of calls succeed, 100 % before');
  });

  it('is degrading when the first token surely takes longer', async () => {
    const { book, run, ranked } = start();
    book(100, 14, quick);
    book(100, 2, { ...quick, firstContentMs: 1_200 });
    await run();
    expect(ranked('groq').trend).toBe('degrading');
    expect(ranked('groq').sentence).toMatch(/the first token takes 1\.2 s, (39|40)\d ms before/);
  });

  it('is improving the other way round, and no finding', async () => {
    const { book, run, ranked, kept } = start();
    book(100, 14, { ...quick, firstContentMs: 1_200 });
    book(100, 2, quick);
    await run();
    expect(ranked('groq').trend).toBe('improving');
    expect(kept.findings.size).toBe(0);
  });

  it('is steady while nothing is certain, and unknown with few calls', async () => {
    const { book, run, ranked } = start();
    book(100, 14, quick);
    book(40, 2, quick);
    book(1, 2, { ...FAILED, providerId: 'groq' });
    book(100, 14, { ...quick, providerId: 'openai' });
    book(5, 2, { ...FAILED, providerId: 'openai' });
    await run();
    expect(ranked('groq').trend).toBe('steady');
    expect(ranked('openai').trend).toBeNull();
  });

  it('raises a false alarm in few of many looks at a provider that does not change', () => {
    const random = seededRandom(7);
    const draw = (calls: number) => {
      const sums = noSums();
      for (let call = 0; call < calls; call += 1) {
        if (random() < 0.05) sums.failed += 1;
        else sums.ok += 1;
        sums.firstToken.add(300 * Math.exp(random() * 2));
      }
      return sums;
    };
    const alarms = Array.from({ length: 1_000 }, () => judgeTrend(draw(60), draw(240))?.trend);
    expect(alarms.filter((trend) => trend !== 'steady').length).toBeLessThan(30);
  });

  it('that is over settles its finding', async () => {
    const { book, run, kept, clock } = start();
    book(300, 14, quick);
    book(50, 6, { ...FAILED, providerId: 'groq' });
    await run();
    expect(kept.findings.has('degrading/groq')).toBe(true);
    await clock.advance(7 * DAY_MS);
    book(100, 0, quick);
    await run();
    expect(kept.findings.has('degrading/groq')).toBe(false);
  });
});
