import { expect, test } from 'vitest';
import { ThrottleWatch } from '../../../src-main/engine/resources/throttle-watch.ts';

const ENDPOINT = 'ollama/qwen3:8b';

/** Calls ten seconds apart. */
class Calls {
  readonly watch = new ThrottleWatch();
  nowMs = 0;

  measure(speeds: readonly number[], onBattery: boolean | null = false): void {
    for (const tokensPerSecond of speeds) {
      this.nowMs += 10_000;
      this.watch.measure({ endpointId: ENDPOINT, tokensPerSecond, nowMs: this.nowMs, onBattery });
    }
  }

  get verdict() {
    return this.watch.verdict(ENDPOINT, this.nowMs);
  }
}

const times = (count: number, speed: number): number[] => Array<number>(count).fill(speed);

/** An endpoint known to do 40 tokens per second on mains. */
function known(): Calls {
  const calls = new Calls();
  calls.measure([...times(9, 38), 40, 39]);
  return calls;
}

test('an endpoint nobody has measured is unknown', () => {
  expect(new ThrottleWatch().verdict('local/none', 0)).toEqual({
    state: 'unknown',
    ratio: null,
    baselineTokensPerSecond: null,
    onBattery: null,
  });
});

test('ten calls on mains make a baseline: the best of them', () => {
  const calls = new Calls();
  calls.measure([...times(9, 38), 40]);
  expect(calls.verdict).toMatchObject({ state: 'unknown', baselineTokensPerSecond: 40 });
  calls.measure([36]);
  expect(calls.verdict).toMatchObject({ state: 'fine', ratio: 0.9 });
});

test('it takes three slow calls in a row to be throttled, and three good ones to be well again', () => {
  const calls = known();
  calls.measure([20, 20]);
  expect(calls.verdict.state).toBe('fine');
  calls.measure([20]);
  expect(calls.verdict).toMatchObject({ state: 'throttled', ratio: 0.5, onBattery: false });
  calls.measure([39, 39]);
  expect(calls.verdict.state).toBe('throttled');
  calls.measure([39]);
  expect(calls.verdict.state).toBe('fine');
});

test('single slow calls between good ones are nothing', () => {
  const calls = known();
  for (let round = 0; round < 10; round++) calls.measure([10, 10, 39]);
  expect(calls.verdict.state).toBe('fine');
});

test('between well and slow nothing changes', () => {
  const calls = known();
  calls.measure([20, 20, 20, ...times(5, 30)]);
  expect(calls.verdict.state).toBe('throttled');
});

test('heat for an hour hardly lowers the baseline', () => {
  const calls = known();
  calls.measure(times(360, 24));
  expect(calls.verdict.state).toBe('throttled');
  expect(calls.verdict.baselineTokensPerSecond).toBeGreaterThan(30);
});

test('a machine that stays slower becomes the new measure in the end', () => {
  const calls = known();
  calls.measure(times(3_000, 24));
  expect(calls.verdict).toMatchObject({ state: 'fine' });
  expect(calls.verdict.baselineTokensPerSecond).toBeLessThan(30);
});

test('a machine that became faster raises the baseline', () => {
  const calls = known();
  calls.measure(times(200, 80));
  expect(calls.verdict.baselineTokensPerSecond).toBeCloseTo(80, 0);
});

test('calls on battery are compared and told as such, but are no baseline', () => {
  const calls = known();
  calls.measure(times(50, 20), true);
  expect(calls.verdict).toMatchObject({ state: 'throttled', onBattery: true, baselineTokensPerSecond: 40 });
  const never = new Calls();
  never.measure(times(50, 20), true);
  expect(never.verdict).toMatchObject({ state: 'unknown', baselineTokensPerSecond: null });
});

test('nor are calls with the feed unknown', () => {
  const calls = new Calls();
  calls.measure(times(50, 20), null);
  expect(calls.verdict).toMatchObject({ state: 'unknown', baselineTokensPerSecond: null });
});

test('plugging in begins the row of calls anew', () => {
  const calls = known();
  calls.measure(times(5, 20), true);
  calls.measure([20, 20]);
  expect(calls.verdict).toMatchObject({ state: 'fine', onBattery: false });
  calls.measure([20]);
  expect(calls.verdict.state).toBe('throttled');
});

test('ten minutes without a call and nothing is known of now; the baseline stays', () => {
  const calls = known();
  calls.measure([20, 20, 20]);
  calls.nowMs += 600_001;
  expect(calls.verdict).toMatchObject({ state: 'unknown', ratio: null, baselineTokensPerSecond: 40 });
  calls.measure([20]);
  expect(calls.verdict.state).toBe('fine');
});

test.each([Number.NaN, Infinity, 0, -5])('a speed of %s is no measurement', (speed) => {
  const calls = known();
  calls.measure([speed, speed, speed, speed]);
  expect(calls.verdict).toMatchObject({ state: 'fine', ratio: 39 / 40 });
});

test('the machine is held back when one endpoint is slow on mains, and known not to be when one is well', () => {
  const calls = new Calls();
  expect(calls.watch.isHeldBack(0)).toBeNull();
  calls.measure(times(11, 40));
  expect(calls.watch.isHeldBack(calls.nowMs)).toBe(false);
  calls.measure(times(3, 10), true);
  expect(calls.watch.isHeldBack(calls.nowMs)).toBeNull();
  calls.measure(times(3, 10), false);
  expect(calls.watch.isHeldBack(calls.nowMs)).toBe(true);
  expect(calls.watch.isHeldBack(calls.nowMs + 600_001)).toBeNull();
});

test('what it remembers is bounded: the endpoint not used for longest is forgotten', () => {
  const watch = new ThrottleWatch();
  for (let call = 0; call < 10; call++) {
    for (let endpoint = 0; endpoint <= 200; endpoint++) {
      if (endpoint === 200 && call < 9) continue;
      const nowMs = call * 1_000 + endpoint;
      watch.measure({ endpointId: `local/${endpoint}`, tokensPerSecond: 40, nowMs, onBattery: false });
    }
  }
  expect(watch.verdict('local/0', 10_000).baselineTokensPerSecond).toBeNull();
  expect(watch.verdict('local/1', 10_000).baselineTokensPerSecond).toBe(40);
});
