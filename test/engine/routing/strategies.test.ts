import { describe, expect, test } from 'vitest';
import { STRATEGY_WEIGHTS, strategyOf, weightsOf } from '../../../src-main/engine/routing/strategies.ts';
import { policy } from './make-decision-input.ts';

const adaptive = policy({ strategy: 'adaptive', actsAs: 'cost_focused' });

describe('the strategy of a request', () => {
  test.each([
    ['auto', 'balanced'],
    ['private', 'balanced'],
    ['fast', 'latency_focused'],
    ['best', 'quality_focused'],
    ['cheap', 'cost_focused'],
    [null, 'balanced'],
  ] as const)('called %s is %s', (virtual, strategy) => {
    expect(strategyOf({ virtual, pins: {}, policy: policy() })).toEqual({ strategy, actsAs: strategy });
  });

  test('is the pinned one before all others', () => {
    const pins = { strategy: 'resource_efficient' } as const;
    expect(strategyOf({ virtual: 'best', pins, policy: adaptive })).toEqual({
      strategy: 'resource_efficient',
      actsAs: 'resource_efficient',
    });
  });

  test('acts as what adaptation chose, when it is adaptive', () => {
    const resolved = { strategy: 'adaptive', actsAs: 'cost_focused' };
    expect(strategyOf({ virtual: 'auto', pins: {}, policy: adaptive })).toEqual(resolved);
    expect(strategyOf({ virtual: 'fast', pins: { strategy: 'adaptive' }, policy: adaptive })).toEqual(resolved);
    expect(strategyOf({ virtual: 'fast', pins: {}, policy: adaptive }).actsAs).toBe('latency_focused');
  });
});

describe('importance', () => {
  test('high makes the answer worth more and money less, without cheap tricks', () => {
    const { balanced } = STRATEGY_WEIGHTS;
    const high = weightsOf('balanced', 'high');
    expect(high.answerUsd).toBeGreaterThan(balanced.answerUsd);
    expect(high.cost).toBeLessThan(balanced.cost);
    expect(high.cascades).toBe(false);
  });

  test('low puts cheapness before speed, without races', () => {
    const { balanced } = STRATEGY_WEIGHTS;
    const low = weightsOf('balanced', 'low');
    expect(low.secondUsd).toBeLessThan(balanced.secondUsd);
    expect(low.cost).toBeGreaterThan(balanced.cost);
    expect(low.races).toBe(false);
  });

  test('normal, or not said, changes nothing', () => {
    expect(weightsOf('balanced', 'normal')).toBe(STRATEGY_WEIGHTS.balanced);
    expect(weightsOf('balanced', undefined)).toBe(STRATEGY_WEIGHTS.balanced);
  });
});
