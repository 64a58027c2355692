import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock } from '../../ports.ts';
import { formatNanoUsd, toNanoUsd } from '../../spend/dollars.ts';
import { localDay } from '../../spend/local-periods.ts';
import type { SpendReader } from '../../store/spend-reader.ts';
import { BACKGROUND_APP } from './background-app.ts';

/** Money held for one call; closed once, by what it cost. */
export interface Held {
  /** null: nobody told, so all that was held counts as spent. */
  settle(costNanoUsd: number | null): void;
}

export type PurseAnswer = { ok: true; held: Held } | { ok: false; sentence: string };

/**
 * What background work may spend in a day, and has spent: read from the ledger at the first look of a day, so that a
 * restart does not begin anew. A day of the local calendar, as for budgets.
 */
export class DayPurse {
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #spend: Pick<SpendReader, 'spentSince'>;
  #dayStartMs: number | null = null;
  #dayEndMs = 0;
  #spentNanoUsd = 0;
  #heldNanoUsd = 0;
  /** Calls of an earlier engine that cost nobody knows what: the rest of the day nothing more is spent. */
  #unknownBefore = false;

  constructor(parts: { clock: Clock; settings: () => Settings; spend: Pick<SpendReader, 'spentSince'> }) {
    this.#clock = parts.clock;
    this.#settings = parts.settings;
    this.#spend = parts.spend;
  }

  get spentNanoUsd(): number {
    this.#roll();
    return this.#spentNanoUsd;
  }

  get limitNanoUsd(): number {
    return toNanoUsd(this.#settings().background.usdPerDay);
  }

  hold(ceilingNanoUsd: number): PurseAnswer {
    this.#roll();
    const limit = this.limitNanoUsd;
    const left = limit - this.#spentNanoUsd - this.#heldNanoUsd;
    if (limit === 0 && ceilingNanoUsd > 0) {
      return refused('Background work may spend nothing (background.usdPerDay is 0), and this model costs money.');
    }
    if (this.#unknownBefore && ceilingNanoUsd > 0) {
      return refused('What background work spent today is not known: it spends no more today.');
    }
    if (ceilingNanoUsd > Math.max(0, left)) {
      const rest = formatNanoUsd(Math.max(0, left));
      return refused(
        `The call could cost ${formatNanoUsd(ceilingNanoUsd)}, and of the ${formatNanoUsd(limit)} that background work may spend a day ${rest} is left.`,
      );
    }
    this.#heldNanoUsd += ceilingNanoUsd;
    return { ok: true, held: this.#holding(ceilingNanoUsd) };
  }

  /** The ledger was erased. */
  forget(): void {
    this.#spentNanoUsd = 0;
    this.#unknownBefore = false;
  }

  /** A call over midnight counts for the day it was begun in. */
  #holding(ceilingNanoUsd: number): Held {
    const dayStartMs = this.#dayStartMs;
    let isOpen = true;
    return {
      settle: (costNanoUsd) => {
        if (!isOpen) return;
        isOpen = false;
        this.#heldNanoUsd -= ceilingNanoUsd;
        if (this.#dayStartMs === dayStartMs) this.#spentNanoUsd += costNanoUsd ?? ceilingNanoUsd;
      },
    };
  }

  #roll(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#dayStartMs !== null && nowMs < this.#dayEndMs) return;
    const { startMs, endMs } = localDay(nowMs);
    const { costNanoUsd, unknownCosts } = this.#spend.spentSince(startMs, { app: BACKGROUND_APP });
    this.#dayStartMs = startMs;
    this.#dayEndMs = endMs;
    this.#spentNanoUsd = costNanoUsd;
    this.#unknownBefore = unknownCosts > 0;
  }
}

function refused(sentence: string): PurseAnswer {
  return { ok: false, sentence };
}
