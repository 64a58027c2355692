import { describe, expect, test } from 'vitest';
import { trayStatus, type TrayIcon } from '../../../src-shared/house.ts';
import type { GateView } from '../../../src-shared/machine.ts';
import { toTrayStatus, type TrayParts } from '../../../src-main/engine/house/tray-status.ts';
import type { GateInput } from '../../../src-main/engine/resources/gate-conditions.ts';
import { newGateState, stepGate } from '../../../src-main/engine/resources/step-gate.ts';
import type { GateLimits } from '../../../src-main/engine/resources/gate-limits.ts';
import { IDLE, LIMITS, SPOILERS } from '../resources/gate-inputs.ts';

/** The gate as the real rules judge it. */
function gateOf(changes: Partial<GateInput> = {}, limits: Partial<GateLimits> = {}): GateView {
  const input = { ...IDLE, resumedAtMs: null, ...changes };
  const quiet = { ...newGateState(0), cpuQuietSinceMs: 0 };
  const { open, sinceMs, conditions, closedBy } = stepGate(quiet, input, { ...LIMITS, ...limits });
  const paused = input.paused !== null;
  const pausedUntilMs = input.paused?.untilMs ?? null;
  return { open, sinceMs, conditions: [...conditions], closedBy: [...closedBy], paused, pausedUntilMs };
}

const NOBODY = { local: false, cloud: false };

function statusOf(changes: Partial<TrayParts> = {}) {
  return toTrayStatus({
    gate: gateOf(),
    worked: NOBODY,
    strategy: 'balanced',
    actsAs: 'balanced',
    localOnly: false,
    background: null,
    address: 'http://127.0.0.1:8400',
    todayNanoUsd: 0,
    unknownCosts: 0,
    savedTodayNanoUsd: null,
    loadedModels: null,
    problems: [],
    ...changes,
  });
}

describe('the icon', () => {
  const paused = gateOf({ paused: { untilMs: null } });
  const both = { local: true, cloud: true };
  test.each<[TrayIcon, Partial<TrayParts>]>([
    ['idle', {}],
    ['local', { worked: { local: true, cloud: false } }],
    ['cloud', { worked: { local: false, cloud: true } }],
    ['both', { worked: both }],
    ['paused', { gate: paused }],
    ['local', { gate: paused, worked: { local: true, cloud: false } }],
    ['idle', { gate: gateOf({ source: 'battery' }) }],
    ['problem', { problems: ['The disk is full.'] }],
    ['problem', { problems: ['The disk is full.'], worked: both, gate: paused }],
  ])('%s: %o', (icon, parts) => {
    expect(statusOf(parts).icon).toBe(icon);
  });
});

describe('the sentence', () => {
  test.each<[string, Partial<TrayParts>]>([
    ['Idle - ready to optimize', {}],
    ['Working on this machine - ready to optimize', { worked: { local: true, cloud: false } }],
    ['Working in the cloud - ready to optimize', { worked: { local: false, cloud: true } }],
    ['Working here and in the cloud - ready to optimize', { worked: { local: true, cloud: true } }],
    ['The disk is full.', { problems: ['The disk is full.', 'Another.'] }],
  ])('%s', (sentence, parts) => {
    expect(statusOf(parts).sentence).toBe(sentence);
  });

  test.each<[string, Partial<GateInput>, Partial<GateLimits>]>([
    [
      'on battery 34 % (needs 40 %)',
      { source: 'battery', hasBattery: true, batteryPercent: 34 },
      { requireAc: false, batteryPercent: 40 },
    ],
    ['on battery 34 % (needs mains)', { source: 'battery', hasBattery: true, batteryPercent: 34 }, {}],
    ['battery at 12.5 % (needs 20 %)', { source: 'ac', hasBattery: true, batteryPercent: 12.5 }, {}],
    ['power unknown (needs mains)', { source: null }, {}],
    ['requests 2 under way (needs none for 2 min)', { activeRequests: 2 }, {}],
    ['keyboard and pointer untouched for 3 s (needs 10 min)', { userIdleMs: 3_000 }, {}],
    ['the machine goes to sleep', { asleep: true }, {}],
  ])('says why the gate is closed, with value and limit: %s', (reason, input, limits) => {
    expect(statusOf({ gate: gateOf(input, limits) }).sentence).toBe(`Idle - optimizing paused: ${reason}`);
  });

  test('says that the person paused, and for how long', () => {
    expect(statusOf({ gate: gateOf({ paused: { untilMs: null } }) }).sentence).toBe(
      'Idle - optimizing paused until you resume',
    );
    const gate = gateOf({ nowMs: 1_000, paused: { untilMs: 3_601_000 } });
    expect(statusOf({ gate }).sentence).toBe('Idle - optimizing paused for another 1 h');
    expect(statusOf({ gate }).gate).toMatchObject({ paused: true, pausedUntilMs: 3_601_000 });
  });

  test.each(SPOILERS)('fits on a line and has no gap: $what', ({ change }) => {
    const { sentence } = statusOf({ gate: gateOf(change) });
    expect(sentence).toMatch(/^Idle - optimizing paused[: ]+\S.+/);
    expect(sentence.length).toBeLessThan(120);
    expect(sentence).not.toMatch(/null|undefined|NaN|  /);
  });

  test('names what has no short form by its label', () => {
    const gate = gateOf({ thermal: 'critical' });
    expect(statusOf({ gate }).sentence).toContain('Heat critical (needs nominal or fair');
    const busy = gateOf({ othersCpuPercent: 55 });
    expect(statusOf({ gate: busy }).sentence).toContain('CPU of other programs 55 % (needs under 20 %');
  });
});

test('money and models go through as they are, within the contract', () => {
  const status = statusOf({ todayNanoUsd: 5, savedTodayNanoUsd: -7, loadedModels: ['ollama/m'], unknownCosts: 2 });
  expect(trayStatus.parse(status)).toMatchObject({
    todayNanoUsd: 5,
    savedTodayNanoUsd: -7,
    loadedModels: ['ollama/m'],
    unknownCosts: 2,
  });
});
