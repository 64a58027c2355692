import { expect, test } from 'vitest';
import { GateClosed, IdleGate, type GateLease } from '../../../src-main/engine/resources/idle-gate.ts';
import { gateView } from '../../../src-shared/machine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { FakeMonitor, type Seen } from './fake-monitor.ts';
import { LIMITS } from './gate-inputs.ts';

const IDLE: Seen = {
  othersPercent: 5,
  power: { source: 'ac', hasBattery: false, thermal: 'nominal', userIdleMs: 3_600_000 },
};

function build() {
  const clock = new ManualClock();
  const monitor = new FakeMonitor();
  const log = new SilentLog();
  const state = { limits: LIMITS, active: 0, heldBack: null as boolean | null };
  const gate = new IdleGate({
    clock,
    log,
    monitor: monitor.port,
    limits: () => state.limits,
    activeRequests: () => state.active,
    heldBack: () => state.heldBack,
  });
  return { clock, monitor, log, gate, state };
}

/** A gate that has been open for a second. */
async function buildOpen() {
  const built = build();
  built.monitor.sample(IDLE);
  await built.clock.advance(600_000);
  built.monitor.sample(IDLE);
  expect(built.gate.isOpen).toBe(true);
  await built.clock.advance(1_000);
  return built;
}

function leaseOf(gate: IdleGate): GateLease {
  const lease = gate.lease();
  if (lease === null) throw new Error('the gate is closed');
  return lease;
}

test('it is closed, and says why, before anything was measured', () => {
  const { gate } = build();
  expect(gateView.parse(gate.state())).toMatchObject({
    open: false,
    closedBy: ['power', 'battery', 'heat', 'quiet', 'user_away', 'cpu'],
    paused: false,
    pausedUntilMs: null,
  });
  expect(gate.lease()).toBeNull();
});

test('its beginning counts as a request: nobody knows what was asked before', async () => {
  const { gate, monitor, clock, state } = build();
  state.limits = { ...LIMITS, cpuWindowMs: 1_000 };
  monitor.sample(IDLE);
  await clock.advance(119_000);
  monitor.sample(IDLE);
  expect(gate.state().closedBy).toEqual(['quiet']);
  await clock.advance(1_000);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(true);
});

test.each<[string, (built: ReturnType<typeof build>) => void]>([
  ['a sample that spoils it', ({ monitor }) => monitor.sample({ ...IDLE, othersPercent: 35 })],
  ['the machine going to sleep', ({ monitor }) => monitor.sleep('suspend')],
  ['the person pausing', ({ gate }) => gate.pause(null)],
  ['its end', ({ gate }) => gate.stop()],
  [
    'local models that slow down',
    ({ monitor, state }) => {
      state.heldBack = true;
      monitor.sample(IDLE);
    },
  ],
  ['a request', ({ gate, clock }) => gate.noteGatewayRequest(clock.monotonicMs())],
])('leases are called back in the same step: %s', async (_name, close) => {
  const built = await buildOpen();
  const leases = [leaseOf(built.gate), leaseOf(built.gate)];
  close(built);
  expect(built.gate.isOpen).toBe(false);
  expect(leases.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(leases[0]?.signal.reason).toBeInstanceOf(GateClosed);
  expect(built.gate.lease()).toBeNull();
});

test('a request that finds no work under way is seen with the next sample', async () => {
  const { gate, clock, monitor } = await buildOpen();
  gate.noteGatewayRequest(clock.monotonicMs());
  expect(gate.isOpen).toBe(true);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(false);
});

test('the reason of a lease that is called back names what closed the gate', async () => {
  const { gate, monitor } = await buildOpen();
  const { signal } = leaseOf(gate);
  monitor.sample({ othersPercent: 80, power: { ...IDLE.power, source: 'battery' } });
  expect(signal.reason).toMatchObject({ name: 'GateClosed', closedBy: ['power', 'cpu'] });
  expect(String(signal.reason)).toBe('GateClosed: the idle gate closed: power, cpu');
});

test('a lease that was given back is left alone', async () => {
  const { gate } = await buildOpen();
  const lease = leaseOf(gate);
  lease.release();
  gate.pause(null);
  expect(lease.signal.aborted).toBe(false);
});

test('listeners hear of opening and closing once each, after the leases, and one that throws stops no other', async () => {
  const { gate, monitor, log, clock } = await buildOpen();
  const heard: unknown[] = [];
  const { signal } = leaseOf(gate);
  gate.onClose(() => {
    throw new Error('bad listener');
  });
  gate.onClose(({ closedBy }) => heard.push(closedBy, signal.aborted));
  gate.onOpen(({ open }) => heard.push(open));
  const end = gate.onOpen(() => heard.push('ended'));
  end();
  monitor.sample({ ...IDLE, othersPercent: null });
  monitor.sample({ ...IDLE, othersPercent: null });
  monitor.sample(IDLE);
  await clock.advance(600_000);
  monitor.sample(IDLE);
  monitor.sample(IDLE);
  expect(heard).toEqual([['cpu'], true, true]);
  expect(log.text).toContain('bad listener');
});

test('a pause until a time ends with it, and is told', async () => {
  const { gate, monitor, clock } = await buildOpen();
  const untilMs = clock.nowMs() + 60_000;
  gate.pause(untilMs);
  expect(gate.state()).toMatchObject({ closedBy: ['not_paused'], paused: true, pausedUntilMs: untilMs });
  await clock.advance(59_999);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(false);
  await clock.advance(1);
  monitor.sample(IDLE);
  expect(gate.state()).toMatchObject({ open: true, paused: false, pausedUntilMs: null });
});

test('a pause without an end lasts until the person resumes, which is heeded at once', async () => {
  const { gate, monitor, clock } = await buildOpen();
  gate.pause(null);
  await clock.advance(7 * 86_400_000);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(false);
  gate.resume();
  expect(gate.isOpen).toBe(true);
});

test('a clock set back an hour changes nothing but what it shows', async () => {
  const { gate, monitor, clock } = await buildOpen();
  clock.jump(-3_600_000);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(true);
  gate.noteGatewayRequest(clock.monotonicMs());
  monitor.sample(IDLE);
  await clock.advance(120_000);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(true);
});

test('after waking it waits, and wants the CPU’s whole window again', async () => {
  const { gate, monitor, clock } = await buildOpen();
  monitor.sleep('suspend');
  expect(gate.state().closedBy).toEqual(['awake']);
  monitor.sleep('resume');
  monitor.sample(IDLE);
  expect(gate.state().closedBy).toEqual(['settled', 'cpu']);
  await clock.advance(120_000);
  monitor.sample(IDLE);
  expect(gate.state().closedBy).toEqual(['cpu']);
  await clock.advance(480_000);
  monitor.sample(IDLE);
  expect(gate.isOpen).toBe(true);
});

test('nothing measured before a sleep opens it in the moment of waking', async () => {
  const { gate, monitor, state } = await buildOpen();
  state.limits = { ...LIMITS, resumeHoldMs: 0, cpuWindowMs: 0 };
  monitor.sleep('suspend');
  monitor.sleep('resume');
  expect(gate.state().closedBy).toEqual(['power', 'battery', 'heat', 'user_away', 'cpu']);
});

test('new limits hold with the next look', async () => {
  const { gate, monitor, state } = await buildOpen();
  state.limits = { ...LIMITS, cpuClosePercent: 4 };
  monitor.sample(IDLE);
  expect(gate.state().closedBy).toEqual(['cpu']);
});

test('while it is open it has the machine watched closely', async () => {
  const { monitor } = await buildOpen();
  const before = monitor.attended;
  monitor.sample(IDLE);
  monitor.sample({});
  monitor.sample({});
  expect(monitor.attended - before).toBe(1);
});

test('stopped, it follows nothing any more', async () => {
  const { gate, monitor } = await buildOpen();
  gate.stop();
  expect(monitor.listeners).toBe(0);
  expect(gate.isOpen).toBe(false);
});

test('every look is told, and whether anything of it differs', async () => {
  const { gate, monitor, clock } = build();
  const looks: boolean[] = [];
  const stop = gate.onLook(({ changed }) => looks.push(changed));
  monitor.sample(IDLE);
  monitor.sample(IDLE);
  monitor.sample({ ...IDLE, othersPercent: 9 });
  expect(looks).toEqual([true, false, true]);
  await clock.advance(600_000);
  monitor.sample(IDLE);
  expect([gate.isOpen, looks.at(-1)]).toEqual([true, true]);
  gate.pause(null);
  stop();
  gate.resume();
  expect(looks).toHaveLength(5);
});
