import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../../src-main/engine/providers/circuit-breaker.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function breakerAfter(failures: number): { breaker: CircuitBreaker; clock: ManualClock } {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker(clock);
  for (let count = 0; count < failures; count += 1) fail(breaker);
  return { breaker, clock };
}

function fail(breaker: CircuitBreaker): void {
  const pass = breaker.tryEnter();
  if (pass === null) throw new Error('the circuit is open');
  breaker.failed(pass);
}

describe('a circuit breaker', () => {
  test('lets every call through while it is closed', () => {
    const { breaker } = breakerAfter(0);
    expect([breaker.tryEnter(), breaker.tryEnter(), breaker.state]).toEqual(['call', 'call', 'closed']);
    expect([breaker.isClosed, breaker.mayEnter, breaker.retryInMs]).toEqual([true, true, 0]);
  });

  test('opens with the fifth failure in a row', () => {
    expect(breakerAfter(4).breaker.state).toBe('closed');
    const { breaker } = breakerAfter(5);
    expect([breaker.state, breaker.tryEnter(), breaker.mayEnter]).toEqual(['open', null, false]);
    expect(breaker.retryInMs).toBe(10_000);
  });

  test('starts to count anew after a success', () => {
    const { breaker } = breakerAfter(4);
    breaker.succeeded();
    for (let count = 0; count < 4; count += 1) fail(breaker);
    expect(breaker.state).toBe('closed');
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  test('lets one probe through after ten seconds, and closes when it succeeds', async () => {
    const { breaker, clock } = breakerAfter(5);
    await clock.advance(9_999);
    expect(breaker.tryEnter()).toBeNull();
    await clock.advance(1);
    expect(breaker.state).toBe('half_open');
    expect([breaker.tryEnter(), breaker.tryEnter(), breaker.mayEnter]).toEqual(['probe', null, false]);
    breaker.succeeded();
    expect([breaker.state, breaker.tryEnter()]).toEqual(['closed', 'call']);
  });

  test('doubles its pause with every failed probe, up to five minutes, and forgets that with a success', async () => {
    const { breaker, clock } = breakerAfter(5);
    const pauses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      pauses.push(breaker.retryInMs / 1000);
      await clock.advance(breaker.retryInMs);
      fail(breaker);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
    await clock.advance(breaker.retryInMs);
    breaker.succeeded();
    for (let count = 0; count < 5; count += 1) fail(breaker);
    expect(breaker.retryInMs).toBe(10_000);
  });

  test('gives the probe to the next one when its call told nothing', async () => {
    const { breaker, clock } = breakerAfter(5);
    await clock.advance(10_000);
    expect(breaker.tryEnter()).toBe('probe');
    breaker.ended('probe');
    expect([breaker.state, breaker.tryEnter()]).toEqual(['half_open', 'probe']);
  });

  test('does not take the end of an older call for the probe’s', async () => {
    const { breaker, clock } = breakerAfter(5);
    await clock.advance(10_000);
    expect(breaker.tryEnter()).toBe('probe');
    breaker.ended('call');
    breaker.failed('call');
    expect([breaker.state, breaker.tryEnter()]).toEqual(['half_open', null]);
  });

  test('is not kept open longer by calls that went out before it opened', async () => {
    const { breaker, clock } = breakerAfter(5);
    await clock.advance(6_000);
    breaker.failed('call');
    expect(breaker.retryInMs).toBe(4_000);
  });

  test('never has two probes under way, whatever happens', async () => {
    const step = fc.oneof(
      fc.constant('enter' as const),
      fc.constantFrom('succeeded' as const, 'failed' as const, 'ended' as const),
      fc.integer({ min: 1, max: 40_000 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { breaker, clock } = breakerAfter(0);
        const under: ('call' | 'probe')[] = [];
        for (const each of steps) {
          if (typeof each === 'number') await clock.advance(each);
          else if (each === 'enter') {
            const pass = breaker.tryEnter();
            if (pass !== null) under.push(pass);
          } else {
            const pass = under.shift();
            if (pass === undefined) continue;
            if (each === 'succeeded') breaker.succeeded();
            else breaker[each](pass);
            // A success closes the circuit: a probe still under way is then a call like the others.
            if (each === 'succeeded') under.fill('call');
          }
          expect(under.filter((pass) => pass === 'probe').length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
