import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestView } from '../../../src-shared/control.ts';
import { toRequestView } from '../../../src-main/engine/store/request-view.ts';
import { makeAttempt, makeCandidate, makeDecision, makeRecord, openStore } from './support.ts';

const time = fc.double({ min: 0, max: 1e7, noNaN: true });
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });
const wild = fc.double({ min: -1e12, max: 1e12 });
const count = maybe(fc.nat(1_000_000));

const usage = fc.record({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  cacheWrite1hTokens: count,
  outputTokens: count,
  reasoningTokens: count,
});

const attempt = fc
  .record({
    track: fc.constantFrom('local', 'cloud'),
    startedMs: time,
    firstContentMs: maybe(time),
    durationMs: time,
    outcome: fc.constantFrom('ok', 'failed', 'cancelled'),
    usage,
    usageEstimated: fc.boolean(),
    costNanoUsd: count,
  })
  .map(makeAttempt);

const candidate = fc
  .record({
    propensity: fc.double({ min: 0, max: 1, noNaN: true }),
    firstTokenMs: wild,
    tokensPerSecond: wild,
    quality: fc.double({ min: 0, max: 1, noNaN: true }),
    qualitySd: wild,
    costNanoUsd: count,
    energyJoules: maybe(wild),
  })
  .map(makeCandidate);

const decision = fc
  .record({
    explored: fc.boolean(),
    escalated: fc.boolean(),
    keptPrivate: maybe(fc.string()),
    reward: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    signal: maybe(fc.constantFrom('truncated', 'refusal')),
    candidates: fc.array(candidate, { maxLength: 15 }),
    refusals: fc.array(fc.record({ endpointId: fc.string({ minLength: 1 }), why: fc.string({ maxLength: 200 }) }), {
      maxLength: 15,
    }),
  })
  .map(makeDecision);

const record = fc
  .record({
    app: maybe(fc.string()),
    stream: fc.boolean(),
    outcome: fc.constantFrom('ok', 'failed', 'cancelled'),
    path: fc.constantFrom('local', 'cloud', 'parallel', null),
    durationMs: time,
    firstContentMs: maybe(time),
    overheadMs: time,
    referenceNanoUsd: maybe(wild),
    energyJoules: maybe(wild),
    decision: maybe(decision),
    attempts: fc.array(attempt, { maxLength: 4 }),
  })
  .map(makeRecord);

test('a record is shown at once exactly as it will be read from the database', () => {
  const { writer, reader } = openStore();
  fc.assert(
    fc.property(record, (made) => {
      writer.append(made);
      writer.flush();
      // As JSON, which is how both are told.
      const shown = JSON.stringify(toRequestView(made));
      expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(reader.request(made.id))));
      expect(requestView.safeParse(JSON.parse(shown)).success).toBe(true);
    }),
    { numRuns: 200 },
  );
});
