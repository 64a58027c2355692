import type { Clock } from '../engine/ports.ts';
import type { JsonValue } from '../engine/protocols/json.ts';
import type { SimulatedModel } from './simulated-model.ts';

const FIVE_MINUTES_MS = 300_000;

/** Which simulated models are in memory, and how long they stay. The first of the list is there from the start. */
export class LocalMemory {
  readonly #clock: Clock;
  readonly #expiresAtMs = new Map<SimulatedModel, number>();

  constructor(clock: Clock, models: readonly SimulatedModel[]) {
    this.#clock = clock;
    const [first] = models;
    if (first !== undefined) this.use(first, undefined);
  }

  /**
   * A model is used: `loadMs` is what it costs to have it in memory, 0 when it is there. `keep_alive` in seconds (or as
   * "5m", "24h") says how long it stays; negative is for ever, 0 is not at all (`keeps` false).
   */
  use(model: SimulatedModel, keepAlive: JsonValue | undefined): { loadMs: number; keeps: boolean } {
    const nowMs = this.#clock.nowMs();
    const loadMs = (this.#expiresAtMs.get(model) ?? 0) > nowMs ? 0 : model.loadMs;
    const keepMs = readKeepAlive(keepAlive);
    if (keepMs === 0) this.#expiresAtMs.delete(model);
    else this.#expiresAtMs.set(model, nowMs + keepMs);
    return { loadMs, keeps: keepMs !== 0 };
  }

  /** Those in memory, the longest remaining first. */
  list(): { model: SimulatedModel; expiresAtMs: number }[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#expiresAtMs]
      .filter(([, expiresAtMs]) => expiresAtMs > nowMs)
      .map(([model, expiresAtMs]) => ({ model, expiresAtMs }))
      .sort((one, other) => other.expiresAtMs - one.expiresAtMs);
  }
}

/** About a hundred years: a date that every parser still takes. */
const FOR_EVER_MS = 100 * 365 * 24 * 3_600_000;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function readKeepAlive(value: JsonValue | undefined): number {
  const [, count, unit] = typeof value === 'string' ? (/^(-?\d+)([smh])$/u.exec(value) ?? []) : [];
  const parsedMs = Number(count) * (UNITS_MS[unit ?? ''] ?? NaN);
  const keepMs = typeof value === 'number' ? value * 1000 : parsedMs;
  if (Number.isNaN(keepMs)) return FIVE_MINUTES_MS;
  return keepMs < 0 ? FOR_EVER_MS : keepMs;
}
