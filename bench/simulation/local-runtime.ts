import { drawAround, type Uniform } from './draws.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import { idOf, type SimulatedModel } from './simulated-model.ts';

interface Slot {
  model: SimulatedModel;
  state: 'out' | 'loading' | 'in';
  users: number;
  lastUsedMs: number;
  waiting: (() => void)[];
  stopKeepAlive: (() => void) | null;
}

export interface RuntimeLimits {
  /** All models together; beyond it idle ones are thrown out, the longest unused first. */
  memoryBytes: number;
  /** After its last use a model stays for so long. */
  keepAliveMs: number;
}

const LOAD_SPREAD = 0.2;
/** Loading is reading from the disk: about half of the draw of computing. */
const LOADING_DRAW = 0.5;

/** Loads and unloads local models as Ollama does: on demand, kept for a while, thrown out when another needs the room. */
export class LocalRuntime {
  readonly #clock: SimulatedClock;
  readonly #machine: SimulatedMachine;
  readonly #limits: RuntimeLimits;
  readonly #uniform: Uniform;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #listeners: ((endpointId: string, isIn: boolean) => void)[] = [];
  #loads = 0;

  constructor(parts: {
    clock: SimulatedClock;
    machine: SimulatedMachine;
    models: readonly SimulatedModel[];
    limits: RuntimeLimits;
    uniform: Uniform;
  }) {
    this.#clock = parts.clock;
    this.#machine = parts.machine;
    this.#limits = parts.limits;
    this.#uniform = parts.uniform;
    const local = parts.models.filter(({ track }) => track === 'local');
    const toSlot = (model: SimulatedModel): [string, Slot] => [
      idOf(model),
      { model, state: 'out', users: 0, lastUsedMs: 0, waiting: [], stopKeepAlive: null },
    ];
    this.#slots = new Map(local.map(toSlot));
  }

  onChange(listener: (endpointId: string, isIn: boolean) => void): void {
    this.#listeners.push(listener);
  }

  get loads(): number {
    return this.#loads;
  }

  isIn(endpointId: string): boolean {
    return this.#slots.get(endpointId)?.state === 'in';
  }

  /** Calls back as soon as the model is in memory, at once when it is. Who was called back, leaves. The result gives up waiting. */
  enter(endpointId: string, onReady: () => void): () => void {
    const slot = this.#slotOf(endpointId);
    slot.users += 1;
    slot.stopKeepAlive?.();
    if (slot.state === 'in') {
      onReady();
      return () => undefined;
    }
    slot.waiting.push(onReady);
    if (slot.state === 'out') this.#load(slot);
    return () => {
      const place = slot.waiting.indexOf(onReady);
      if (place === -1) return;
      slot.waiting.splice(place, 1);
      this.#leave(slot);
    };
  }

  leave(endpointId: string): void {
    this.#leave(this.#slotOf(endpointId));
  }

  /** Loads ahead of use. */
  warm(endpointId: string): void {
    this.enter(endpointId, () => this.leave(endpointId));
  }

  #leave(slot: Slot): void {
    slot.users -= 1;
    slot.lastUsedMs = this.#clock.monotonicMs();
    if (slot.users > 0) return;
    slot.stopKeepAlive?.();
    slot.stopKeepAlive = this.#clock.after(this.#limits.keepAliveMs, () => this.#unload(slot));
  }

  #load(slot: Slot): void {
    this.#makeRoom(slot);
    slot.state = 'loading';
    this.#loads += 1;
    const { loadMs, watts } = slot.model;
    const draw = watts * LOADING_DRAW;
    this.#machine.beginWork(draw);
    this.#countMemory();
    this.#clock.after(drawAround(loadMs, LOAD_SPREAD, this.#uniform) / this.#machine.speedFor(1), () => {
      this.#machine.endWork(draw);
      slot.state = 'in';
      this.#tell(slot);
      const ready = slot.waiting;
      slot.waiting = [];
      if (ready.length === 0 && slot.users === 0) this.#keep(slot);
      for (const run of ready) run();
    });
  }

  #keep(slot: Slot): void {
    slot.users = 1;
    this.#leave(slot);
  }

  #unload(slot: Slot): void {
    if (slot.users > 0 || slot.state !== 'in') return;
    slot.stopKeepAlive?.();
    slot.state = 'out';
    this.#countMemory();
    this.#tell(slot);
  }

  #makeRoom(wanted: Slot): void {
    const size = wanted.model.sizeBytes ?? 0;
    const idle = [...this.#slots.values()]
      .filter(({ state, users }) => state === 'in' && users === 0)
      .sort((one, other) => one.lastUsedMs - other.lastUsedMs);
    for (const slot of idle) if (this.#usedBytes() + size > this.#limits.memoryBytes) this.#unload(slot);
  }

  #usedBytes(): number {
    let bytes = 0;
    for (const { state, model } of this.#slots.values()) if (state !== 'out') bytes += model.sizeBytes ?? 0;
    return bytes;
  }

  #countMemory(): void {
    this.#machine.modelBytes = this.#usedBytes();
  }

  #tell(slot: Slot): void {
    for (const listener of this.#listeners) listener(idOf(slot.model), slot.state === 'in');
  }

  #slotOf(endpointId: string): Slot {
    const slot = this.#slots.get(endpointId);
    if (slot === undefined) throw new RangeError(`${endpointId} is no local model`);
    return slot;
  }
}
