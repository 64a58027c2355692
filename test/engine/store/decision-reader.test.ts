import { expect, test } from 'vitest';
import { decisionsPage } from '../../../src-shared/decisions.ts';
import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import { DecisionReader } from '../../../src-main/engine/store/decision-reader.ts';
import { KEPT_ADAPTATIONS } from '../../../src-main/engine/store/insert-notes.ts';
import type { StoredRecord } from '../../../src-main/engine/store/records.ts';
import { makeCandidate, makeDecision, makeRecord, openStore } from './support.ts';

function storeOf(records: readonly StoredRecord[]) {
  const store = openStore();
  for (const record of records) store.writer.append(record);
  store.writer.flush();
  return { ...store, decisions: new DecisionReader(store.database) };
}

const routed = (id: string, changes: Parameters<typeof makeDecision>[0] = {}) =>
  makeRecord({ id, decision: makeDecision(changes) });

test('a decision is read as it was recorded, with as much of its request as a list shows', () => {
  const record = routed('a1');
  expect(storeOf([record]).decisions.decision('a1')).toEqual({
    requestId: 'a1',
    startedAtMs: record.startedAtMs,
    app: 'OpenAI',
    requestedModel: 'gpt-4o',
    outcome: 'ok',
    reason: 'asked for by name',
    durationMs: 812.123,
    firstContentMs: 301.5,
    decision: { ...record.decision, omittedCandidates: 0, omittedRefusals: 0 },
  });
});

test('who was not routed has no decision, like who is not known', () => {
  const { decisions } = storeOf([makeRecord({ id: 'named' })]);
  expect(decisions.decision('named')).toBeNull();
  expect(decisions.decision('nobody')).toBeNull();
});

test('a decision that found nobody is kept with its refusals', () => {
  const refusals = [
    { endpointId: 'a/x', why: 'no vision' },
    { endpointId: 'b/y', why: 'no vision' },
    { endpointId: 'c/z', why: 'offline' },
  ];
  const record = routed('a1', { candidates: [], refusals, answeredBy: null, reward: null, signal: 'refusal' });
  const { database, decisions } = storeOf([record]);
  expect(decisions.decision('a1')?.decision).toMatchObject({
    candidates: [],
    refusals,
    reward: null,
    signal: 'refusal',
  });
  const chosen = database.reader.prepare('SELECT chosen, propensity_ppm, quality_ppm FROM decisions').raw().get();
  expect(chosen).toEqual([null, null, null]);
});

test('columns to search by hold what was chosen, in parts per million', () => {
  const { database } = storeOf([routed('a1', { explored: true })]);
  const columns = 'chosen, propensity_ppm, quality_ppm, reward_ppm, explored, answered_by';
  const row = database.reader.prepare(`SELECT ${columns} FROM decisions`).raw().get();
  expect(row).toEqual(['ollama/qwen3:8b', 875_000, 831_200, 750_000, 1, 'ollama/qwen3:8b']);
});

test('twelve candidates and twelve refusals are kept, the rest is counted', () => {
  const candidates = Array.from({ length: 40 }, (_, index) => makeCandidate({ endpointId: `p/${index}` }));
  const refusals = Array.from({ length: 30 }, (_, index) => ({ endpointId: `q/${index}`, why: 'x'.repeat(500) }));
  const { decisions, database } = storeOf([routed('a1', { candidates, refusals })]);
  const shown = decisions.decision('a1')?.decision;
  expect(shown?.candidates.map(({ endpointId }) => endpointId)).toEqual(
    candidates.slice(0, 12).map((c) => c.endpointId),
  );
  expect(shown).toMatchObject({ omittedCandidates: 28, omittedRefusals: 18 });
  expect(shown?.refusals).toHaveLength(12);
  expect(shown?.refusals[0]?.why).toHaveLength(120);
  expect(database.reader.prepare('SELECT max(length(detail)) FROM decisions').pluck().get()).toBeLessThan(2000);
});

test('a usual decision takes less than a kilobyte', () => {
  const candidates = Array.from({ length: 6 }, () => makeCandidate({ endpointId: 'anthropic/claude-sonnet-4-5' }));
  const { database } = storeOf([routed('a1', { candidates })]);
  expect(database.reader.prepare('SELECT length(detail) FROM decisions').pluck().get()).toBeLessThan(1000);
});

test('figures are rounded, a small probability never to nothing', () => {
  const candidates = [makeCandidate({ propensity: 1e-9, quality: 0.123456, tokensPerSecond: 41.26 })];
  const { decisions, database } = storeOf([routed('a1', { candidates })]);
  const shown = decisions.decision('a1')?.decision.candidates[0];
  expect(shown).toMatchObject({ propensity: 1e-6, quality: 0.1235, tokensPerSecond: 41.3 });
  expect(database.reader.prepare('SELECT propensity_ppm FROM decisions').pluck().get()).toBe(1);
});

test('figures that are no numbers are unknown and cost neither the request nor the page', () => {
  const parts = { ...makeCandidate().parts, latency: -Infinity };
  const candidates = [makeCandidate({ quality: NaN, propensity: NaN, firstTokenMs: Infinity, parts })];
  const { decisions, writer } = storeOf([routed('a1', { candidates, reward: NaN })]);
  expect(writer.lostRecords).toBe(0);
  const shown = decisions.decision('a1')?.decision;
  expect(shown?.candidates[0]).toMatchObject({ quality: null, propensity: null, firstTokenMs: null, score: null });
  expect(shown?.reward).toBeNull();
});

test('pages lead from the newest to the oldest without gap or repetition, past requests that were not routed', () => {
  const records = Array.from({ length: 25 }, (_, index) =>
    index % 3 === 0 ? makeRecord({ id: `n${index}` }) : routed(`r${String(index).padStart(2, '0')}`),
  );
  const { decisions } = storeOf(records);
  const seen: string[] = [];
  for (let before: string | null | undefined = undefined; before !== null;) {
    const page = decisionsPage.parse(decisions.decisions({ limit: 5, ...(before !== undefined && { before }) }));
    seen.push(...page.decisions.map(({ requestId }) => requestId));
    before = page.next;
  }
  const expected = records.filter(({ decision }) => decision !== null).map(({ id }) => id);
  expect(seen).toEqual(expected.reverse());
});

test('a page can be asked for one kind, one chosen endpoint, or both', () => {
  const other = { candidates: [makeCandidate({ endpointId: 'openai/gpt-4o' })] };
  const { decisions } = storeOf([
    routed('a1', { kind: 'math' }),
    routed('a2', { kind: 'math', ...other }),
    routed('a3', { ...other }),
    routed('a4'),
  ]);
  const ids = (query: { kind?: string; endpoint?: string; before?: string }) =>
    decisions.decisions({ limit: 10, ...query }).decisions.map(({ requestId }) => requestId);
  expect(ids({ kind: 'math' })).toEqual(['a2', 'a1']);
  expect(ids({ endpoint: 'openai/gpt-4o' })).toEqual(['a3', 'a2']);
  expect(ids({ kind: 'math', endpoint: 'openai/gpt-4o' })).toEqual(['a2']);
  expect(ids({ kind: 'code', before: 'a4' })).toEqual(['a3']);
});

const PREFERENCES = { localBias: 0.5, parallelThreshold: 0.7, timeoutMultiplier: 1, qualityThreshold: 0.8 };

function adaptation(atMs: number): AdaptationView {
  const after = { ...PREFERENCES, localBias: 0.55 };
  return {
    atMs,
    strategy: 'adaptive',
    actsAs: 'cost_focused',
    reason: 'spending is ahead',
    before: PREFERENCES,
    after,
  };
}

test('adaptations are read newest first, as they were', () => {
  const { decisions } = storeOf([adaptation(1), adaptation(2), adaptation(3)]);
  expect(decisions.adaptations(2)).toEqual([adaptation(3), adaptation(2)]);
});

test('only the last ten thousand adaptations are kept', () => {
  const { decisions, database } = storeOf(
    Array.from({ length: KEPT_ADAPTATIONS + 300 }, (_, index) => adaptation(index)),
  );
  expect(database.reader.prepare('SELECT count(*), min(at_ms) FROM adaptations').raw().get()).toEqual([10_000, 300]);
  expect(decisions.adaptations(1)).toEqual([adaptation(KEPT_ADAPTATIONS + 299)]);
});
