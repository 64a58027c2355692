import { describe, expect, it } from 'vitest';
import { IdleWatch } from '../../src-main/desktop/idle-watch.ts';
import { PowerBridge } from '../../src-main/desktop/power-bridge.ts';
import { choosePowerPace } from '../../src-main/desktop/power-pace.ts';
import type { PowerReading } from '../../src-shared/machine.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SilentLog } from '../support/silent-log.ts';
import { PowerMonitorDouble } from './double/power-monitor-double.ts';

function bridge(
  options: { platform?: NodeJS.Platform; environment?: Record<string, string>; monitor?: PowerMonitorDouble } = {},
) {
  const { platform = 'darwin', environment = {}, monitor = new PowerMonitorDouble() } = options;
  const clock = new ManualClock();
  const readings: PowerReading[] = [];
  const told: string[] = [];
  const pace = { gateOpen: false, watched: false };
  const made = new PowerBridge({
    monitor,
    platform,
    environment,
    clock,
    log: new SilentLog(),
    push: (reading) => readings.push(reading),
    tell: (event) => told.push(event),
    pace: () => pace,
  });
  made.start();
  return { bridge: made, monitor, clock, readings, told, pace, last: () => readings.at(-1) };
}

describe('on macOS', () => {
  it('tells at the start what is so already, because events only tell changes', () => {
    const monitor = new PowerMonitorDouble();
    Object.assign(monitor, { onBattery: true, thermal: 'serious', isLocked: true, idleSeconds: 5 });
    expect(bridge({ monitor }).last()).toMatchObject({
      source: 'battery',
      thermal: 'serious',
      screenLocked: true,
      userIdleMs: 5_000,
      batteryPercent: null,
      speedLimitPercent: null,
    });
  });

  it('hands every event on at once', () => {
    const { monitor, last } = bridge();
    monitor.playSupply('battery');
    expect(last()?.source).toBe('battery');
    monitor.playSupply('ac');
    expect(last()?.source).toBe('ac');
    monitor.emit('thermal-state-change', { state: 'critical' });
    expect(last()?.thermal).toBe('critical');
    monitor.emit('thermal-state-change', { state: 'unknown' });
    expect(last()?.thermal).toBeNull();
    monitor.emit('speed-limit-change', { limit: 60 });
    expect(last()?.speedLimitPercent).toBe(60);
    monitor.emit('lock-screen');
    expect(last()?.screenLocked).toBe(true);
    monitor.emit('unlock-screen');
    expect(last()?.screenLocked).toBe(false);
  });

  it('says nothing while the machine sleeps, and reads everything anew afterwards', async () => {
    const { monitor, clock, told, readings, last } = bridge();
    monitor.emit('speed-limit-change', { limit: 60 });
    monitor.emit('suspend');
    const before = readings.length;
    await clock.advance(3_600_000);
    expect([told, readings.length]).toEqual([['suspend'], before]);
    monitor.onBattery = true;
    monitor.emit('resume');
    expect(told).toEqual(['suspend', 'resume']);
    expect(last()).toMatchObject({ source: 'battery', speedLimitPercent: null });
  });
});

describe('on Windows', () => {
  it('knows no heat but the speed limit', () => {
    const { monitor, last } = bridge({ platform: 'win32' });
    expect(last()).toMatchObject({ source: 'ac', thermal: null });
    monitor.emit('speed-limit-change', { limit: 80 });
    expect(last()?.speedLimitPercent).toBe(80);
  });
});

describe('on Linux', () => {
  it('claims nothing about supply and heat, whatever Electron says there', () => {
    const { monitor, last } = bridge({ platform: 'linux' });
    monitor.emit('on-ac');
    monitor.emit('thermal-state-change', { state: 'nominal' });
    expect(last()).toMatchObject({ source: null, thermal: null, speedLimitPercent: null, screenLocked: null });
  });

  it('knows the idle time under X11, and not under Wayland', () => {
    expect(bridge({ platform: 'linux', environment: { XDG_SESSION_TYPE: 'x11' } }).last()?.userIdleMs).toBe(3_600_000);
    expect(bridge({ platform: 'linux', environment: { XDG_SESSION_TYPE: 'wayland' } }).last()?.userIdleMs).toBeNull();
    expect(bridge({ platform: 'linux', environment: { WAYLAND_DISPLAY: 'wayland-0' } }).last()?.userIdleMs).toBeNull();
  });

  it('tells sleep and waking', () => {
    const { monitor, told } = bridge({ platform: 'linux' });
    monitor.emit('suspend');
    monitor.emit('resume');
    expect(told).toEqual(['suspend', 'resume']);
  });
});

describe('reading on', () => {
  it('survives a getter that throws: what it would have told is unknown', () => {
    const monitor = new PowerMonitorDouble();
    monitor.getSystemIdleTime = () => {
      throw new Error('no display');
    };
    expect(bridge({ monitor }).last()).toMatchObject({ userIdleMs: null, source: 'ac' });
  });

  it('is renewed well before the engine stops believing it, and slower on battery', async () => {
    const { clock, readings, monitor } = bridge();
    await clock.advance(60_000);
    expect(readings).toHaveLength(1 + 4);
    monitor.playSupply('battery');
    const before = readings.length;
    await clock.advance(60_000);
    expect(readings.length - before).toBe(2);
  });

  it('sees the person come back within a second while background work may run', async () => {
    const { clock, pace, monitor, last, bridge: made } = bridge();
    pace.gateOpen = true;
    made.pushNow();
    monitor.idleSeconds = 0;
    await clock.advance(1_000);
    expect(last()?.userIdleMs).toBe(0);
  });

  it('ends with the shell', async () => {
    const { bridge: made, clock, readings, monitor } = bridge();
    made.stop();
    monitor.playSupply('battery');
    await clock.advance(600_000);
    expect([readings.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it.each([
    [{ onBattery: false, gateOpen: true, watched: false }, 1_000],
    [{ onBattery: false, gateOpen: false, watched: true }, 5_000],
    [{ onBattery: false, gateOpen: false, watched: false }, 15_000],
    [{ onBattery: true, gateOpen: false, watched: true }, 30_000],
  ])('happens, when %o, every %i ms', (pace, everyMs) => {
    expect(choosePowerPace(pace)).toBe(everyMs);
  });
});

describe('an idle time', () => {
  it('of 0 for ten minutes is no measurement, and is one again when it moves', () => {
    const watch = new IdleWatch();
    expect([watch.judge(0, 0), watch.judge(0, 599_999), watch.judge(0, 600_000)]).toEqual([0, 0, null]);
    expect([watch.judge(3, 700_000), watch.judge(0, 700_001)]).toEqual([3_000, 0]);
    expect(watch.judge(0, 1_300_001)).toBeNull();
    watch.reset();
    expect(watch.judge(0, 1_300_002)).toBe(0);
  });

  it('that is no number is unknown', () => {
    const watch = new IdleWatch();
    expect([null, NaN, -1, Infinity].map((seconds) => watch.judge(seconds, 0))).toEqual([null, null, null, null]);
  });
});
