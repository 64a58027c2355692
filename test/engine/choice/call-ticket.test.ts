import { expect, test } from 'vitest';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { CallTicket } from '../../../src-main/engine/call-ticket.ts';
import type { AttemptOutcome, ExchangeOutcome } from '../../../src-main/engine/exchange/job.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import { BudgetBook } from '../../../src-main/engine/spend/budget-book.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { makeAttempt, makeRecord } from '../store/support.ts';
import { optimizerForTest } from '../optimizer/make-optimizer.ts';

const LOCAL = makeEndpoint({ providerId: 'ollama', track: 'local' });
const CLOUD = makeEndpoint({ providerId: 'up', track: 'cloud' });

/** Speeds that a settled request tells of local models. */
function speedsOf(attempts: readonly Partial<AttemptOutcome>[]): number[] {
  const { optimizer, clock } = optimizerForTest({ endpoints: () => [LOCAL, CLOUD] });
  const speeds: number[] = [];
  const ticket = new CallTicket(
    {
      optimizer,
      budgets: new BudgetBook({
        settings: settingsSchema.parse({}),
        clock,
        spentSince: () => ({ costNanoUsd: 0, unknownCosts: 0 }),
      }),
      pricing: { rulesFor: () => null },
      reference: () => null,
      localWatts: () => 10,
      noteSpeed: (_endpoint, tokensPerSecond) => void speeds.push(tokensPerSecond),
    },
    { request: null, appId: null, ceilingOf: () => null },
  );
  ticket.settled({
    record: makeRecord(),
    attempts: attempts.map(outcomeOf),
    answeredBy: LOCAL,
    answer: null,
  } satisfies ExchangeOutcome);
  return speeds;
}

function outcomeOf(changes: Partial<AttemptOutcome>): AttemptOutcome {
  return {
    endpoint: LOCAL,
    booked: makeAttempt({ track: 'local', usage: { ...UNKNOWN_USAGE, outputTokens: 100 } }),
    queueMs: 0,
    firstTokenMs: 100,
    loadMs: null,
    callMs: 3_000,
    tokensPerSecond: 40,
    signs: null,
    ranAlone: true,
    ...changes,
  };
}

test('the speed of a local call that ran alone is told', () => {
  expect(speedsOf([{}])).toEqual([40]);
});

test('calls that shared the machine tell nothing of its speed: that would look like heat', () => {
  expect(speedsOf([{ ranAlone: false }])).toEqual([]);
});

test('calls to the cloud and answers of a few tokens tell nothing of it either', () => {
  const short = makeAttempt({ usage: { ...UNKNOWN_USAGE, outputTokens: 15 } });
  expect(speedsOf([{ endpoint: CLOUD }, { booked: short }, { tokensPerSecond: null }])).toEqual([]);
});
