import type { RequestRecord } from '../store/records.ts';

/** So long after its last call a track still counts as working: shorter and the tray's icon would flicker. */
const WORKS_ON_MS = 5_000;

/** Which tracks worked of late. Two numbers, kept up by every request. Times are monotonic. */
export class WorkingTracks {
  #lastMs = { local: -Infinity, cloud: -Infinity };

  /** A request is over. */
  note({ attempts }: Pick<RequestRecord, 'attempts'>, nowMs: number): void {
    for (const { track, outcome } of attempts) if (outcome !== 'failed') this.#lastMs[track] = nowMs;
  }

  /** `underWay`: calls that run now. */
  read(underWay: Readonly<Record<'local' | 'cloud', number>>, nowMs: number): Record<'local' | 'cloud', boolean> {
    return {
      local: underWay.local > 0 || nowMs - this.#lastMs.local < WORKS_ON_MS,
      cloud: underWay.cloud > 0 || nowMs - this.#lastMs.cloud < WORKS_ON_MS,
    };
  }

  /** Milliseconds until a track stops counting; null: none counts. */
  changesInMs(nowMs: number): number | null {
    const left = Object.values(this.#lastMs)
      .map((lastMs) => lastMs + WORKS_ON_MS - nowMs)
      .filter((leftMs) => leftMs > 0);
    return left.length === 0 ? null : Math.min(...left);
  }
}
