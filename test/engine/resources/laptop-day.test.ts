import { expect, test } from 'vitest';
import { IdleGate } from '../../../src-main/engine/resources/idle-gate.ts';
import type { PowerReading } from '../../../src-shared/machine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { FakeMonitor } from './fake-monitor.ts';
import { LIMITS } from './gate-inputs.ts';

/** The day before this one ended at 23:00 with the last key stroke. */
const MIDNIGHT = Date.UTC(2026, 10, 21);
const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`);

interface Happening {
  at: string;
  cpu?: number | null;
  power?: Partial<PowerReading>;
  /** The person begins to type all the time, or stops after this moment's key. */
  typing?: boolean;
  /** One key. */
  input?: true;
  request?: 'short' | 'begins' | 'ends';
  pauseUntil?: string;
  sleepUntil?: string;
}

/**
 * The gate looks each second on the second. Beside each line: what follows from it, worked out by hand.
 * Windows: CPU 10 min, input 10 min, requests 2 min, after waking 2 min; battery above 20 %.
 */
const DAY: readonly Happening[] = [
  // Everything holds but two: requests are quiet at 07:02:00, the CPU at 07:10:00 -> opens 07:10:00.
  { at: '07:00:00', cpu: 3, power: { source: 'ac', batteryPercent: 95, hasBattery: true, thermal: 'nominal' } },
  // Sits down -> closes 07:45:00.
  { at: '07:45:00', typing: true, cpu: 45 },
  { at: '08:30:00', request: 'short' },
  // Into the meeting on battery: input would be long enough ago at 09:40:00, and so would the CPU; power is not.
  { at: '09:00:00', power: { source: 'battery', batteryPercent: 90 } },
  { at: '09:30:00', typing: false, cpu: 10 },
  // Plugged in -> opens 10:15:00.
  { at: '10:15:00', power: { source: 'ac' } },
  // 30 % keeps an open gate open, but the CPU's window begins anew at 10:20:10.
  { at: '10:20:00', cpu: 30 },
  { at: '10:20:10', cpu: 10 },
  // One look at 40 % -> closes 10:25:00; quiet from 10:25:01 -> opens 10:35:01.
  { at: '10:25:00', cpu: 40 },
  { at: '10:25:01', cpu: 10 },
  // Between two looks -> closes 10:40:01; quiet for 2 min at 10:42:00.250 -> opens 10:42:01.
  { at: '10:40:00.250', request: 'short' },
  // The lid: closes in that moment, 10:50:00.500, between two looks.
  { at: '10:50:00.500', sleepUntil: '11:30:00' },
  // Opened by hand, one key. First look: CPU not known yet; known from 11:30:01 -> opens 11:40:01 (input 11:40:00).
  { at: '11:30:00', input: true, cpu: null },
  { at: '11:30:01', cpu: 4 },
  // In the sun -> closed 11:50:00 to 11:58:00. Then the system holds the processor back -> closed 12:05:00 to 12:06:00.
  { at: '11:50:00', power: { thermal: 'serious' } },
  { at: '11:58:00', power: { thermal: 'fair' } },
  { at: '12:05:00', power: { speedLimitPercent: 80 } },
  { at: '12:06:00', power: { speedLimitPercent: 100 } },
  // Lunch on battery -> closes 12:30:00. Back on mains at 15 %, one percent a minute: above 20 % at 13:06:00 -> opens.
  { at: '12:30:00', power: { source: 'battery', batteryPercent: 60 } },
  { at: '13:00:00', power: { source: 'ac', batteryPercent: 15, thermal: 'nominal' } },
  { at: '13:01:00', power: { batteryPercent: 16 } },
  { at: '13:02:00', power: { batteryPercent: 17 } },
  { at: '13:03:00', power: { batteryPercent: 18 } },
  { at: '13:04:00', power: { batteryPercent: 19 } },
  { at: '13:05:00', power: { batteryPercent: 20 } },
  { at: '13:06:00', power: { batteryPercent: 21 } },
  // The heat sensor is lost -> closed 13:30:00 to 13:30:20.
  { at: '13:30:00', power: { thermal: null } },
  { at: '13:30:20', power: { thermal: 'nominal' } },
  // Work until six -> closes 14:00:00; a build goes on until 18:05:00 -> opens 18:15:00.
  { at: '14:00:00', typing: true, cpu: 50 },
  { at: '18:00:00', typing: false },
  { at: '18:05:00', cpu: 6 },
  // Paused for an hour -> closed 18:20:00 (at the click) to 19:20:00.
  { at: '18:20:00', pauseUntil: '19:20:00' },
  // A long answer: closed 20:00:00; it ends 20:10:00 -> opens 20:12:00, and stays open into the night.
  { at: '20:00:00', request: 'begins' },
  { at: '20:10:00', request: 'ends' },
];

const OPENING_HOURS = [
  ['07:10:00', '07:45:00'],
  ['10:15:00', '10:25:00'],
  ['10:35:01', '10:40:01'],
  ['10:42:01', '10:50:00.500'],
  ['11:40:01', '11:50:00'],
  ['11:58:00', '12:05:00'],
  ['12:06:00', '12:30:00'],
  ['13:06:00', '13:30:00'],
  ['13:30:20', '14:00:00'],
  ['18:15:00', '18:20:00'],
  ['19:20:00', '20:00:00'],
  ['20:12:00', null],
];

/** A person and a laptop that live through the day, and a gate that looks each second. */
class Laptop {
  readonly clock = new ManualClock(at('07:00:00'));
  readonly hours: [number, number | null][] = [];
  readonly gate: IdleGate;
  readonly #monitor = new FakeMonitor();
  #power: Partial<PowerReading> = {};
  #cpu: number | null = null;
  #typing = false;
  #lastInputMs = MIDNIGHT - 3_600_000;
  #active = 0;

  constructor() {
    this.gate = new IdleGate({
      clock: this.clock,
      log: new SilentLog(),
      monitor: this.#monitor.port,
      limits: () => LIMITS,
      activeRequests: () => this.#active,
      heldBack: () => null,
    });
    this.gate.onOpen(() => this.hours.push([this.clock.nowMs(), null]));
    this.gate.onClose(() => this.hours.splice(-1, 1, [this.hours.at(-1)?.[0] ?? 0, this.clock.nowMs()]));
  }

  async live(happening: Happening): Promise<void> {
    if (happening.cpu !== undefined) this.#cpu = happening.cpu;
    if (happening.typing !== undefined) this.#typing = happening.typing;
    if (happening.typing !== undefined || happening.input === true) this.#lastInputMs = this.clock.nowMs();
    this.#power = { ...this.#power, ...happening.power };
    if (happening.request !== undefined) this.gate.noteGatewayRequest(this.clock.monotonicMs());
    if (happening.request === 'begins') this.#active++;
    if (happening.request === 'ends') this.#active--;
    if (happening.pauseUntil !== undefined) this.gate.pause(at(happening.pauseUntil));
    if (happening.sleepUntil !== undefined) await this.#sleep(at(happening.sleepUntil));
  }

  look(): void {
    const nowMs = this.clock.nowMs();
    if (this.#typing) this.#lastInputMs = nowMs;
    this.#monitor.sample({
      othersPercent: this.#cpu,
      power: { ...this.#power, userIdleMs: nowMs - this.#lastInputMs },
    });
  }

  /** As on Linux: the monotonic clock stands still. */
  async #sleep(untilMs: number): Promise<void> {
    this.#monitor.sleep('suspend');
    this.clock.jump(untilMs - this.clock.nowMs());
    await this.clock.advance(0);
    this.#monitor.sleep('resume');
  }
}

test('on a laptop’s day the gate is open exactly when it was worked out that it would be', async () => {
  const laptop = new Laptop();
  const { clock } = laptop;
  let next = 0;
  while (clock.nowMs() <= at('23:00:00')) {
    const nowMs = clock.nowMs();
    for (let due = DAY[next]; due !== undefined && at(due.at) <= clock.nowMs(); due = DAY[next]) {
      next++;
      await laptop.live(due);
    }
    if (clock.nowMs() % 1_000 === 0 || clock.nowMs() !== nowMs) laptop.look();
    const nextSecondMs = (Math.floor(clock.nowMs() / 1_000) + 1) * 1_000;
    const nextHappeningMs = DAY[next] === undefined ? Infinity : at(DAY[next]?.at ?? '');
    await clock.advance(Math.min(nextSecondMs, nextHappeningMs) - clock.nowMs());
  }
  const clockTime = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(11, 23));
  expect(laptop.hours.map((span) => span.map(clockTime))).toEqual(
    OPENING_HOURS.map((span) => span.map((time) => (time === null ? null : clockTime(at(time))))),
  );
  expect(next).toBe(DAY.length);
}, 30_000);
