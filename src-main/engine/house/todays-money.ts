import type { Clock } from '../ports.ts';
import { localDay } from '../spend/local-periods.ts';
import { toSavings } from '../spend/savings.ts';
import type { Store } from '../store/open-store.ts';
import { FLUSH_INTERVAL_MS } from '../store/record-writer.ts';

/** Since local midnight. */
export interface MoneyToday {
  costNanoUsd: number;
  unknownCosts: number;
  /** null: unknown. */
  savedNanoUsd: number | null;
}

/** A record is surely written this long after its request. */
const WRITTEN_AFTER_MS = 2 * FLUSH_INTERVAL_MS;

/** What was spent and saved today, read from the store only when it may be another sum. */
export class TodaysMoney {
  readonly #clock: Clock;
  readonly #store: Pick<Store, 'spend'>;
  readonly #terms: () => { reference: string | null; tariffUsdPerKwh: number };
  #read: { atMs: number; dayStartMs: number; money: MoneyToday } | null = null;
  #changedAtMs = -Infinity;

  constructor(options: {
    clock: Clock;
    store: Pick<Store, 'spend'>;
    /** What savings are measured against now. */
    terms: () => { reference: string | null; tariffUsdPerKwh: number };
  }) {
    this.#clock = options.clock;
    this.#store = options.store;
    this.#terms = options.terms;
  }

  /** The ledger was erased. */
  forget(): void {
    this.#read = null;
  }

  /** A request is over; its record will be written. One number. */
  touch(nowMs: number): void {
    this.#changedAtMs = nowMs;
  }

  read(): MoneyToday {
    const nowMs = this.#clock.monotonicMs();
    const { startMs, endMs } = localDay(this.#clock.nowMs());
    const known = this.#read;
    if (known?.dayStartMs === startMs && known.atMs >= this.#changedAtMs + WRITTEN_AFTER_MS) return known.money;
    const money = this.#sum(startMs, endMs);
    this.#read = { atMs: nowMs, dayStartMs: startMs, money };
    return money;
  }

  #sum(fromMs: number, toMs: number): MoneyToday {
    const dayStartOf = (timeMs: number) => localDay(timeMs).startMs;
    const [row] = this.#store.spend.spend({ fromMs, toMs, bucket: 'day', by: 'none', dayStartOf }).rows;
    if (row === undefined) return { costNanoUsd: 0, unknownCosts: 0, savedNanoUsd: null };
    const { savedNanoUsd } = toSavings({ sums: row, ...this.#terms() });
    return { costNanoUsd: row.costNanoUsd, unknownCosts: row.unknownCosts, savedNanoUsd };
  }
}
