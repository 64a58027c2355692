import type { MachineState } from '../../src-main/engine/routing/machine-state.ts';
import { clamp } from './draws.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { World } from './world.ts';

/** A laptop whose graphics chip shares the main memory. */
export interface MachineFacts {
  memoryBytes: number;
  /** Taken by everything but models. */
  othersBytes: number;
  batteryWh: number;
  idleWatts: number;
  chargeWatts: number;
  /** Of its usual speed. */
  batterySpeed: number;
  idleCpuPercent: number;
  /** For each local answer under way; most of the work is the graphics chip's. */
  cpuPercentPerAnswer: number;
}

export const LAPTOP: MachineFacts = {
  memoryBytes: 32e9,
  othersBytes: 14e9,
  batteryWh: 60,
  idleWatts: 9,
  chargeWatts: 45,
  batterySpeed: 0.6,
  idleCpuPercent: 8,
  cpuPercentPerAnswer: 16,
};

const MS_PER_HOUR = 3_600_000;
const BATTERY_LOOK_MS = 30_000;
/** Until the machine's own senses have noticed that the network is gone or back. */
const NETWORK_NOTICED_MS = 3_000;
/** Two answers at the same time draw a little more than one, not twice as much. */
const SHARED_WORK = 0.15;

/** The machine: how fast it works, what it draws, and how it looks to its sensors. */
export class SimulatedMachine {
  readonly #facts: MachineFacts;
  readonly #clock: SimulatedClock;
  readonly #world: World;
  readonly #working: number[] = [];
  #modelBytes = 0;
  #batteryWh: number;
  #countedMs = 0;
  #onBattery: boolean;
  #workWh = 0;
  #workWhOnBattery = 0;
  #lowestPercent = 100;
  #noticedOnline: boolean;
  #state: MachineState | null = null;

  constructor(parts: { clock: SimulatedClock; world: World; facts: MachineFacts }) {
    const { clock, world, facts } = parts;
    [this.#clock, this.#world, this.#facts] = [clock, world, facts];
    this.#batteryWh = facts.batteryWh;
    this.#noticedOnline = world.isOnline;
    this.#onBattery = world.onBattery;
    world.onChange(() => this.#worldChanged());
    const look = (): void => {
      if (this.#onBattery || this.#batteryWh < this.#facts.batteryWh) this.#count();
      clock.after(BATTERY_LOOK_MS, look);
    };
    look();
  }

  /** The same object until something changes. */
  get state(): MachineState {
    return (this.#state ??= this.#read());
  }

  /** Share of its usual speed at which local models work: heat, battery, and others at the same time. */
  speedFor(answers: number): number {
    const { batterySpeed } = this.#facts;
    const held = (this.#world.find('heat')?.speed ?? 1) * (this.#onBattery ? batterySpeed : 1);
    return held / (1 + 0.5 * Math.max(0, answers - 1));
  }

  /** Drawn by local models so far, in watt-hours. */
  get energy(): { workWh: number; workWhOnBattery: number; lowestBatteryPercent: number } {
    this.#count();
    return {
      workWh: this.#workWh,
      workWhOnBattery: this.#workWhOnBattery,
      lowestBatteryPercent: this.#lowestPercent,
    };
  }

  /** Local answers and loads under way. */
  get underWay(): number {
    return this.#working.length;
  }

  beginWork(watts: number): void {
    this.#count();
    this.#working.push(watts);
    this.#state = null;
  }

  endWork(watts: number): void {
    this.#count();
    const place = this.#working.indexOf(watts);
    if (place !== -1) this.#working.splice(place, 1);
    this.#state = null;
  }

  set modelBytes(bytes: number) {
    this.#modelBytes = bytes;
    this.#state = null;
  }

  #worldChanged(): void {
    this.#count();
    this.#onBattery = this.#world.onBattery;
    this.#state = null;
    const { isOnline } = this.#world;
    this.#clock.after(NETWORK_NOTICED_MS, () => {
      if (this.#noticedOnline === isOnline) return;
      this.#noticedOnline = isOnline;
      this.#state = null;
    });
  }

  /** Books what was drawn since the last time; whoever changes the draw calls this first. */
  #count(): void {
    const nowMs = this.#clock.monotonicMs();
    const hours = (nowMs - this.#countedMs) / MS_PER_HOUR;
    this.#countedMs = nowMs;
    if (hours === 0) return;
    const { batteryWh, idleWatts, chargeWatts } = this.#facts;
    const work = this.#working.length === 0 ? 0 : Math.max(...this.#working);
    const wh = hours * work * (1 + SHARED_WORK * Math.max(0, this.#working.length - 1));
    this.#workWh += wh;
    if (this.#onBattery) this.#workWhOnBattery += wh;
    const before = this.#batteryWh;
    this.#batteryWh = clamp(before + (this.#onBattery ? -hours * idleWatts - wh : hours * chargeWatts), 0, batteryWh);
    this.#lowestPercent = Math.min(this.#lowestPercent, (100 * this.#batteryWh) / batteryWh);
    if (this.#batteryWh !== before) this.#state = null;
  }

  #read(): MachineState {
    const { memoryBytes, othersBytes, batteryWh, idleCpuPercent, cpuPercentPerAnswer } = this.#facts;
    const heat = this.#world.find('heat');
    const busy = this.#world.find('busy')?.cpuPercent ?? 0;
    return {
      onBattery: this.#onBattery,
      batteryPercent: Math.round((100 * this.#batteryWh) / batteryWh),
      thermal: heat?.level ?? 'nominal',
      speedLimitPercent: heat === undefined ? 100 : Math.round(100 * heat.speed),
      cpuPercent: clamp(idleCpuPercent + busy + cpuPercentPerAnswer * this.#working.length, 0, 100),
      memoryFreeBytes: Math.max(0, memoryBytes - othersBytes - this.#modelBytes),
      memoryTotalBytes: memoryBytes,
      gpuMemoryFreeBytes: null,
      gpuMemoryTotalBytes: null,
      online: this.#noticedOnline,
    };
  }
}
