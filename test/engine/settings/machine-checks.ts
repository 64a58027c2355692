import { expect } from 'vitest';
import type { GateConditionName, PowerReading } from '../../../src-shared/machine.ts';
import { callOperation } from '../../support/call-operation.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { CLOUD_ID, startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { FakePower, fakeSensors } from '../resources/fake-sensors.ts';
import { candidate, route, set, type SettingCheck, type SettingChecks } from './setting-bench.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

interface Machine extends TwoTracks {
  clock: ManualClock;
  power: FakePower;
  /** What its processor reads. */
  cpu: { othersPercent: number };
}

interface Situation {
  reading?: Partial<PowerReading>;
  /** Share of the processor that other programs take. */
  othersPercent?: number;
  /** Until the gate is looked at. */
  afterMs?: number;
}

/** A quiet machine on the mains, at which nobody sits, with something about it that is otherwise. */
async function startMachine({ reading, othersPercent = 2, afterMs = 15 * MINUTE_MS }: Situation): Promise<Machine> {
  const clock = new ManualClock();
  const sensors = fakeSensors();
  const cpu = { machinePercent: 5, ownPercent: 1, ollamaPercent: 0, othersPercent };
  sensors.cpu.next = () => ({ ...cpu });
  const power = new FakePower();
  const usual = { source: 'ac', batteryPercent: 90, hasBattery: true, thermal: 'nominal', userIdleMs: 99 * MINUTE_MS };
  power.reading = { ...(usual as Partial<PowerReading>), ...reading };
  const bench = await startTwoTracks({ clock, machine: { sensors, power: [power] } });
  await clock.advance(afterMs);
  return { ...bench, clock, power, cpu };
}

async function met(bench: Machine, name: GateConditionName): Promise<boolean | null | undefined> {
  // One sample later everything known now is in the view.
  await callOperation(bench, 'gate.read', {});
  await bench.clock.advance(2 * SECOND_MS);
  const { conditions } = await callOperation(bench, 'gate.read', {});
  return conditions.find((condition) => condition.name === name)?.met;
}

function turns(
  name: GateConditionName,
  change: { from: boolean | null; to: boolean; value: unknown } & Situation,
): SettingCheck {
  return async (path) => {
    const bench = await startMachine(change);
    expect(await met(bench, name)).toBe(change.from);
    await set(bench, path, change.value);
    expect(await met(bench, name)).toBe(change.to);
  };
}

/** The part of a local candidate's score that is the load on the machine: 0 at best. */
async function pressure(bench: TwoTracks): Promise<number> {
  return candidate(await route(bench), 'local').parts.pressure;
}

function weighsMore(value: unknown): SettingCheck {
  return async (path) => {
    const bench = await startMachine({});
    await callOperation(bench, 'resources.read', {});
    await bench.clock.advance(2 * SECOND_MS);
    const before = await pressure(bench);
    await set(bench, path, value);
    expect(await pressure(bench)).toBeLessThan(before);
  };
}

export const machineChecks: SettingChecks = {
  'gate.requireAc': turns('power', { from: false, to: true, value: false, reading: { source: 'battery' } }),
  'constraints.batteryPercent': turns('battery', { from: true, to: false, value: 95 }),
  'gate.userIdleSeconds': turns('user_away', {
    from: false,
    to: true,
    value: 60,
    reading: { userIdleMs: 5 * MINUTE_MS },
  }),
  'gate.headless': turns('user_away', { from: null, to: true, value: true, reading: { userIdleMs: null } }),
  'gate.allowUnknownHeat': turns('heat', { from: null, to: true, value: true, reading: { thermal: null } }),
  'gate.requestQuietSeconds': turns('quiet', { from: false, to: true, value: 30, afterMs: MINUTE_MS }),
  'gate.cpuQuietSeconds': turns('cpu', { from: false, to: true, value: 60, afterMs: 5 * MINUTE_MS }),

  async 'gate.cpuOpenPercent'(path) {
    const bench = await startMachine({ othersPercent: 15, afterMs: 0 });
    // Closed for another reason, so that the limit for opening is the one that counts.
    await callOperation(bench, 'gate.pause', {});
    await bench.clock.advance(15 * MINUTE_MS);
    expect(await met(bench, 'cpu')).toBe(true);
    await set(bench, path, 10);
    expect(await met(bench, 'cpu')).toBe(false);
  },

  async 'gate.cpuClosePercent'(path) {
    const bench = await startMachine({});
    bench.cpu.othersPercent = 30;
    expect(await met(bench, 'cpu')).toBe(true);
    expect(await callOperation(bench, 'gate.read', {})).toMatchObject({ open: true });
    await set(bench, path, 25);
    expect(await met(bench, 'cpu')).toBe(false);
    expect(await callOperation(bench, 'gate.read', {})).toMatchObject({ open: false, closedBy: ['cpu'] });
  },

  async 'gate.resumeHoldSeconds'(path) {
    const bench = await startMachine({});
    bench.power.tell('resume');
    await bench.clock.advance(MINUTE_MS);
    expect(await met(bench, 'settled')).toBe(false);
    await set(bench, path, 30);
    expect(await met(bench, 'settled')).toBe(true);
  },

  'constraints.memoryMb': weighsMore(1),
  'constraints.gpuMemoryMb': weighsMore(1),
  'constraints.cpuPercent': weighsMore(1),

  async 'constraints.targetLatencyMs'(path) {
    const bench = await startMachine({});
    const latency = async () => candidate(await route(bench), 'cloud').parts.latency;
    const before = await latency();
    await set(bench, path, 1);
    expect(await latency()).toBeLessThan(before);
  },

  async 'constraints.maxCostPerRequestUsd'(path) {
    const bench = await startMachine({});
    expect(candidate(await route(bench), 'cloud').endpoint).toBe(CLOUD_ID);
    await set(bench, path, 1e-9);
    const { candidates, refusals } = await route(bench);
    expect(candidates.map(({ endpoint }) => endpoint)).not.toContain(CLOUD_ID);
    expect(refusals).toContainEqual(expect.objectContaining({ endpointId: CLOUD_ID, kind: 'may_not' }));
  },
};
