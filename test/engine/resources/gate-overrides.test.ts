import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GATE_CONDITIONS } from '../../../src-shared/machine.ts';
import { GateClosed, IdleGate, type GateOverride } from '../../../src-main/engine/resources/idle-gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { FakeMonitor, type Seen } from './fake-monitor.ts';
import { LIMITS } from './gate-inputs.ts';

/** Every way a machine can look, known and unknown, as far as the gate cares. */
interface Machine {
  cpu: number | null;
  source: 'ac' | 'battery' | null;
  percent: number | null;
  thermal: 'nominal' | 'serious' | null;
  idleMs: number | null;
  active: number;
  paused: boolean;
  asleep: boolean;
}

const machine: fc.Arbitrary<Machine> = fc.record({
  cpu: fc.constantFrom(5, 90, null),
  source: fc.constantFrom('ac', 'battery', null),
  percent: fc.constantFrom(80, 10, null),
  thermal: fc.constantFrom('nominal', 'serious', null),
  idleMs: fc.constantFrom(3_600_000, 0, null),
  active: fc.constantFrom(0, 1),
  paused: fc.boolean(),
  asleep: fc.boolean(),
});

const overrides = fc.subarray<GateOverride>(['cpu', 'user_away']);

/** Worked out by hand from what each condition says: only what is known to hold, holds. */
function holds(seen: Machine): Record<(typeof GATE_CONDITIONS)[number], boolean> {
  return {
    awake: !seen.asleep,
    not_paused: !seen.paused,
    settled: true,
    power: seen.source === 'ac',
    battery: seen.percent === 80,
    heat: seen.thermal === 'nominal',
    quiet: seen.active === 0,
    user_away: seen.idleMs === 3_600_000,
    cpu: seen.cpu === 5,
  };
}

function toSeen({ cpu, source, percent, thermal, idleMs }: Machine): Seen {
  const power = { source, batteryPercent: percent, hasBattery: true, thermal, userIdleMs: idleMs };
  return { othersPercent: cpu, power };
}

function build() {
  const clock = new ManualClock();
  const monitor = new FakeMonitor();
  const state = { active: 0 };
  const gate = new IdleGate({
    clock,
    log: new SilentLog(),
    monitor: monitor.port,
    limits: () => ({ ...LIMITS, cpuWindowMs: 0, requestQuietMs: 0, resumeHoldMs: 0 }),
    activeRequests: () => state.active,
    heldBack: () => false,
  });
  return {
    gate,
    monitor,
    become: (seen: Machine): void => {
      state.active = seen.active;
      if (seen.paused) gate.pause(null);
      else gate.resume();
      monitor.sleep(seen.asleep ? 'suspend' : 'resume');
      monitor.sample(toSeen(seen));
    },
  };
}

const mayLease = (seen: Machine, setAside: readonly GateOverride[]) =>
  GATE_CONDITIONS.every((name) => holds(seen)[name] || setAside.some((each) => each === name));

test('a lease is granted when every condition is known to hold that was not set aside, and never otherwise', () => {
  fc.assert(
    fc.property(machine, overrides, (seen, setAside) => {
      const { gate, become } = build();
      become(seen);
      expect(gate.lease({ overrides: setAside }) !== null).toBe(mayLease(seen, setAside));
      expect(gate.lease() !== null).toBe(gate.isOpen);
    }),
    { numRuns: 1_000 },
  );
});

test('a lease lasts exactly as long as every condition holds that was not set aside', () => {
  const usable = fc.tuple(machine, overrides).filter(([seen, setAside]) => mayLease(seen, setAside));
  fc.assert(
    fc.property(usable, machine, ([before, setAside], after) => {
      const { gate, become, monitor } = build();
      become(before);
      const lease = gate.lease({ overrides: setAside });
      monitor.sample(toSeen({ ...before, cpu: after.cpu, idleMs: after.idleMs, source: after.source }));
      const now = { ...before, cpu: after.cpu, idleMs: after.idleMs, source: after.source };
      expect(lease?.signal.aborted).toBe(!mayLease(now, setAside));
    }),
    { numRuns: 1_000 },
  );
});

test.each<[string, Partial<Machine>, string]>([
  ['battery power', { source: 'battery' }, 'power'],
  ['an empty battery', { percent: 10 }, 'battery'],
  ['heat', { thermal: 'serious' }, 'heat'],
  ['heat that nobody knows', { thermal: null }, 'heat'],
  ['sleep', { asleep: true }, 'awake'],
  ['a pause', { paused: true }, 'not_paused'],
  ['a request', { active: 1 }, 'quiet'],
])('%s ends also what a person asked for, and says so', (_name, change, closedBy) => {
  const { gate, become } = build();
  const usable: Machine = {
    ...{ cpu: 90, idleMs: 0, active: 0, paused: false, asleep: false },
    ...{ source: 'ac', percent: 80, thermal: 'nominal' },
  };
  become(usable);
  const lease = gate.lease({ overrides: ['cpu', 'user_away'] });
  expect(lease?.signal.aborted).toBe(false);
  become({ ...usable, ...change });
  const reason: unknown = lease?.signal.reason;
  expect(reason instanceof GateClosed && reason.closedBy).toContain(closedBy);
});

test('while such a lease lasts the machine is watched closely', () => {
  const { gate, become, monitor } = build();
  become({
    cpu: 90,
    idleMs: 0,
    active: 0,
    paused: false,
    asleep: false,
    source: 'ac',
    percent: 80,
    thermal: 'nominal',
  });
  const before = monitor.attended;
  const lease = gate.lease({ overrides: ['cpu', 'user_away'] });
  monitor.sample(
    toSeen({
      cpu: 90,
      idleMs: 0,
      active: 0,
      paused: false,
      asleep: false,
      source: 'ac',
      percent: 80,
      thermal: 'nominal',
    }),
  );
  expect(monitor.attended).toBe(before + 1);
  lease?.release();
});
