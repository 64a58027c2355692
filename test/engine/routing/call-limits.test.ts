import { describe, expect, test } from 'vitest';
import { callLimits } from '../../../src-main/engine/routing/call-limits.ts';
import { CLOUD, cloudPrediction, estimate, LOCAL, localPrediction, policy, POLICY } from './make-decision-input.ts';

const timeouts = { firstContentLocalMs: 300_000, firstContentCloudMs: 120_000, betweenContentMs: 100_000 };
const settings = policy({ timeouts });

describe('the limit to the first content', () => {
  test('is four times the 95th percentile, times the multiplier', () => {
    const slow = cloudPrediction({ firstTokenP95Ms: 10_000 });
    expect(callLimits(CLOUD, slow, settings).firstContentMs).toBe(40_000);
    const patient = { ...settings, preferences: { ...POLICY.preferences, timeoutMultiplier: 2 } };
    expect(callLimits(CLOUD, slow, patient).firstContentMs).toBe(80_000);
  });

  test('is never shorter than a busy minute needs', () => {
    expect(callLimits(CLOUD, cloudPrediction({ firstTokenP95Ms: 1 }), settings).firstContentMs).toBe(15_000);
    expect(callLimits(LOCAL, localPrediction({ firstTokenP95Ms: 1 }), settings).firstContentMs).toBe(20_000);
  });

  test('leaves a model time to load', () => {
    const cold = { ...LOCAL, loaded: false };
    expect(callLimits(cold, localPrediction(), settings).firstContentMs).toBe(60_000);
    expect(callLimits(cold, localPrediction({ loadMs: 40_000 }), settings).firstContentMs).toBe(120_000);
  });

  test('never exceeds the setting, which holds over the floors too', () => {
    expect(callLimits(CLOUD, cloudPrediction({ firstTokenP95Ms: 1e9 }), settings).firstContentMs).toBe(120_000);
    const strict = policy({ timeouts: { ...timeouts, firstContentCloudMs: 500 } });
    expect(callLimits(CLOUD, cloudPrediction(), strict).firstContentMs).toBe(500);
  });

  test('is the setting when nothing is known', () => {
    expect(callLimits(CLOUD, cloudPrediction({ firstTokenP95Ms: NaN }), settings).firstContentMs).toBe(120_000);
    expect(callLimits(LOCAL, localPrediction({ firstTokenP95Ms: NaN }), POLICY).firstContentMs).toBe(300_000);
  });
});

describe('the limit between contents', () => {
  test('is the time of four hundred tokens, between half a minute and the setting', () => {
    const at = (speed: number) =>
      callLimits(CLOUD, cloudPrediction({ tokensPerSecond: estimate(speed) }), settings).betweenContentMs;
    expect(at(10)).toBe(40_000);
    expect(at(200)).toBe(30_000);
    expect(at(1)).toBe(100_000);
    expect(at(0)).toBe(100_000);
    expect(at(NaN)).toBe(100_000);
  });
});
