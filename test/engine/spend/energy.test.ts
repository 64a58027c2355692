import { describe, expect, test } from 'vitest';
import {
  costOfEnergy,
  energyOfAnswer,
  estimateLocalWatts,
  type MachineFacts,
} from '../../../src-main/engine/spend/energy.ts';

const DESKTOP: MachineFacts = {
  platform: 'linux',
  arch: 'x64',
  graphicsCard: null,
  hasBattery: false,
  dischargeWatts: null,
  idleDischargeWatts: null,
};

function watts(changes: Partial<MachineFacts>, localWatts: number | null = null) {
  return estimateLocalWatts({ localWatts, machine: { ...DESKTOP, ...changes } });
}

describe('the watts of a local answer', () => {
  test('are the person’s number before all else', () => {
    const measured = { dischargeWatts: 40, idleDischargeWatts: 10, graphicsCard: 'RTX 4090' };
    expect(watts(measured, 0)).toEqual({ watts: 0, source: 'settings' });
  });

  test('are what the battery gives more than when idle', () => {
    const measured = { dischargeWatts: 40, idleDischargeWatts: 10, graphicsCard: 'RTX 4090' };
    expect(watts(measured)).toEqual({ watts: 30, source: 'battery' });
  });

  test.each([[{ dischargeWatts: 40 }], [{ idleDischargeWatts: 40 }], [{ dischargeWatts: 10, idleDischargeWatts: 10 }]])(
    'are not taken from the half of a measurement: %j',
    (measured) => {
      expect(watts(measured).source).toBe('kind of machine');
    },
  );

  test.each([
    [{ graphicsCard: 'RTX 4090' }, 200],
    [{ platform: 'darwin', arch: 'arm64', hasBattery: true }, 25],
    [{ hasBattery: true }, 30],
    [{ hasBattery: null }, 65],
    [{}, 65],
  ])('are typical ones where nothing is measured: %j', (machine, expected) => {
    expect(watts(machine).watts).toBe(expected);
  });
});

describe('the energy of a local answer', () => {
  const tokens = { inputTokens: 1000, outputTokens: 200, inputTokensPerSecond: 500, outputTokensPerSecond: 40 };

  test('is watts times the measured time', () => {
    expect(energyOfAnswer({ watts: 50, busyMs: 2500, ...tokens })).toBe(125);
  });

  test('else watts times prompt and answer at their speeds: 50 W x (2 s + 5 s)', () => {
    expect(energyOfAnswer({ watts: 50, busyMs: null, ...tokens })).toBe(350);
  });

  test('needs no speed for tokens that are none', () => {
    const prompt = { ...tokens, inputTokens: 0, inputTokensPerSecond: null };
    expect(energyOfAnswer({ watts: 50, busyMs: null, ...prompt })).toBe(250);
  });

  test.each([
    ['the tokens', { outputTokens: null }],
    ['a speed', { inputTokensPerSecond: null }],
    ['a speed that can be', { outputTokensPerSecond: 0 }],
  ])('is unknown without %s', (_what, changes) => {
    expect(energyOfAnswer({ watts: 50, busyMs: null, ...tokens, ...changes })).toBeNull();
  });

  test('is unknown when watts or time are no numbers', () => {
    expect(energyOfAnswer({ watts: NaN, busyMs: 1, ...tokens })).toBeNull();
    expect(energyOfAnswer({ watts: 50, busyMs: -1, ...tokens })).toBeNull();
  });
});

test('a kilowatt-hour costs the tariff, in nano-dollars', () => {
  expect(costOfEnergy(3_600_000, 0.3)).toBe(300_000_000);
  expect(costOfEnergy(350, 0.3)).toBe(29_167);
  expect(costOfEnergy(0, 0.3)).toBe(0);
});
