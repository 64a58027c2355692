import { expect, test } from 'vitest';
import { LoggedDecisions, REQUESTS_PER_SLICE } from '../../../src-main/engine/store/logged-decisions.ts';
import type { LoggedDecision } from '../../../src-main/engine/store/logged-decisions.ts';
import type { StoredRecord } from '../../../src-main/engine/store/records.ts';
import { makeCandidate, makeDecision, makeRecord, openStore } from './support.ts';

const START_MS = Date.UTC(2026, 10, 21, 12);

function logOf(records: readonly StoredRecord[]): LoggedDecisions {
  const { database, writer } = openStore();
  for (const record of records) writer.append(record);
  writer.flush();
  return new LoggedDecisions(database);
}

function routed(index: number, changes: Parameters<typeof makeDecision>[0] = {}) {
  return makeRecord({ id: `d${index}`, startedAtMs: START_MS + index, decision: makeDecision(changes) });
}

async function portionsOf(portions: AsyncIterable<LoggedDecision[]>): Promise<LoggedDecision[][]> {
  const all: LoggedDecision[][] = [];
  for await (const portion of portions) all.push(portion);
  return all;
}

test('a logged decision tells what was chosen, how likely that was, what it was expected to bring and what came of it', async () => {
  const said = { atMs: 7, kind: 'user_rating', source: 'user', value: 0.25, note: null } as const;
  const log = logOf([routed(1), { requestId: 'd1', ...said }]);
  const [portion] = await portionsOf(log.read({ sinceMs: 0, limit: 10 }));
  expect(portion?.[0]).toMatchObject({
    requestId: 'd1',
    startedAtMs: START_MS + 1,
    chosen: 'ollama/qwen3:8b',
    propensity: 0.875,
    reward: 0.75,
    candidates: [
      { endpointId: 'ollama/qwen3:8b', propensity: 0.875, quality: 0.8312 },
      { endpointId: 'openai/gpt-4o', propensity: 0.125, quality: 0.8312 },
    ],
    feedback: [said],
  });
});

test('decisions come by the start of their request, from that moment on, whatever the order of finishing', async () => {
  const log = logOf([routed(5), routed(3), routed(9), routed(1), routed(4)]);
  const found = await portionsOf(log.read({ sinceMs: START_MS + 3, limit: 10 }));
  expect(found.flat().map(({ requestId }) => requestId)).toEqual(['d3', 'd4', 'd5', 'd9']);
});

test('requests that were not routed and decisions that cannot be weighed are left out', async () => {
  const unknown = [makeCandidate({ propensity: NaN })];
  const log = logOf([makeRecord(), routed(1, { candidates: [] }), routed(2, { candidates: unknown }), routed(3)]);
  const found = await portionsOf(log.read({ sinceMs: 0, limit: 10 }));
  expect(found.flat().map(({ requestId }) => requestId)).toEqual(['d3']);
});

test('the event loop turns between portions, which stay small however few requests were routed', async () => {
  const records = Array.from({ length: 500 }, (_, index) =>
    index % 100 === 0 ? routed(index) : makeRecord({ startedAtMs: START_MS + index }),
  );
  let turns = 0;
  let counting = true;
  const count = () => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const found = await portionsOf(logOf(records).read({ sinceMs: 0, limit: 1000 }));
  counting = false;
  expect(found.flat()).toHaveLength(5);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(500 / REQUESTS_PER_SLICE));
});

test('it ends with the limit, also in the middle of a portion', async () => {
  const log = logOf(Array.from({ length: 200 }, (_, index) => routed(index)));
  const found = await portionsOf(log.read({ sinceMs: 0, limit: 70 }));
  expect(found.map((portion) => portion.length)).toEqual([64, 6]);
  expect(found.flat().at(-1)?.requestId).toBe('d69');
});

test('an empty log gives nothing', async () => {
  expect(await portionsOf(logOf([]).read({ sinceMs: 0, limit: 10 }))).toEqual([]);
});
