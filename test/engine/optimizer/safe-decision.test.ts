import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { VIRTUAL_NAMES } from '../../../src-main/engine/routing/model-name.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { optimizerForTest, priceCall } from './make-optimizer.ts';
import { CLOUD, LOCAL } from './make-result.ts';

const OFF = { optimizer: { enabled: false } };

/** What serves while the optimizer is off, by the person's wish or because it failed. */
function decideWithout(
  parts: Parameters<typeof optimizerForTest>[0] = {},
  context: Parameters<ReturnType<typeof optimizerForTest>['optimizer']['getOptimizationRecommendations']>[1] = {},
  request: Partial<ChatRequest> = {},
) {
  const { optimizer } = optimizerForTest({ ...parts, settings: { ...OFF, ...parts.settings } });
  const messages: ChatRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }];
  const query: ChatRequest = { model: 'auto', mode: 'chat', messages, stream: false, ...request };
  return optimizer.getOptimizationRecommendations(query, context).decision;
}

describe('a decision without the optimizer', () => {
  test.each([
    ['auto', [LOCAL, CLOUD]],
    ['cheap', [LOCAL, CLOUD]],
    ['fast', [CLOUD, LOCAL]],
    ['best', [CLOUD, LOCAL]],
    ['private', [LOCAL]],
  ] as const)('for %s follows the plain order', (virtual, endpoints) => {
    const decision = decideWithout({}, { virtual });
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual(endpoints);
    expect(decision).toMatchObject({ path: 'single', hedgeAfterMs: null, warm: null, explored: false });
    expect(decision.reason).toBe('first in the plain order of preference (the optimizer is off)');
  });

  test('keeps what is private here, by whatever says so', () => {
    const permissions = { tracks: null, models: null, private: true, maxCostPerRequestNanoUsd: null };
    for (const virtual of VIRTUAL_NAMES) {
      for (const decision of [
        decideWithout({}, { virtual, pins: { private: true } }),
        decideWithout({}, { virtual, permissions }),
        decideWithout({ settings: { privacy: { localOnly: true } } }, { virtual }),
      ]) {
        expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL]);
      }
    }
  });

  test('keeps to lists, pins and apps', () => {
    const other = makeEndpoint({ providerId: 'cloud', model: 'other' });
    const endpoints = () => [LOCAL, CLOUD, other];
    const ids = (decision: ReturnType<typeof decideWithout>) => decision.candidates.map(({ endpoint }) => endpoint.id);
    const listed = { models: { preferredCloud: [other.id] } };
    expect(ids(decideWithout({ endpoints, settings: listed }, { virtual: 'best' }))).toEqual([other.id, LOCAL.id]);
    expect(ids(decideWithout({ endpoints }, { pins: { track: 'cloud' } }))).toEqual([CLOUD.id, other.id]);
    const permissions = { tracks: null, models: ['other'], private: false, maxCostPerRequestNanoUsd: null };
    expect(ids(decideWithout({ endpoints }, { permissions }))).toEqual([other.id]);
  });

  test('holds money by its price: a budget is asked with the most that the call may cost', () => {
    const asked: (number | null)[] = [];
    const decision = decideWithout(
      {
        overBudget: ({ endpoint, ceilingNanoUsd }) => {
          if (endpoint.track === 'cloud') asked.push(ceilingNanoUsd);
          return null;
        },
      },
      { virtual: 'best' },
      { maxOutputTokens: 100 },
    );
    // Six tokens in with a margin (8 at 1,000), a hundred out (at 5,000).
    expect(asked).toEqual([508_000]);
    expect(decision.candidates[0]?.prediction.costCeilingNanoUsd).toBe(508_000);
    // No limit given: what most providers give at most.
    expect(decideWithout({}, { virtual: 'best' }).candidates[0]?.prediction.costCeilingNanoUsd).toBe(40_968_000);
  });

  test('keeps the cap per request, and lets pass what has no price', () => {
    const capped = { constraints: { maxCostPerRequestUsd: 0.002 } };
    const decision = decideWithout({ settings: capped }, { virtual: 'best' });
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([LOCAL]);
    expect(decision.refusals).toEqual([
      { endpointId: CLOUD.id, kind: 'may_not', why: 'about $0.0025: over your cap per request' },
    ]);
    const unpriced = decideWithout(
      {
        settings: capped,
        priceCall: (endpoint, usage) =>
          endpoint === CLOUD ? { costNanoUsd: null, price: null } : priceCall(endpoint, usage),
      },
      { virtual: 'best' },
    );
    expect(unpriced.candidates[0]).toMatchObject({ endpoint: CLOUD, prediction: { costCeilingNanoUsd: null } });
  });

  test('has nobody when nobody may, and says why of each', () => {
    const decision = decideWithout({ endpoints: () => [CLOUD] }, { virtual: 'private' });
    expect(decision.candidates).toEqual([]);
    expect(decision.refusals).toEqual([
      { endpointId: CLOUD.id, kind: 'may_not', why: 'must stay on this machine: it was sent to pointsman/private' },
    ]);
  });

  test('of endpoints that were named exactly keeps their order', () => {
    const decision = decideWithout({}, { virtual: null, endpoints: [CLOUD, LOCAL] });
    expect(decision.candidates.map(({ endpoint }) => endpoint)).toEqual([CLOUD, LOCAL]);
    expect(decision.reason).toBe('named exactly');
  });
});
