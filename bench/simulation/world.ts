import type { SimulatedClock } from './simulated-clock.ts';

/** What may change about one endpoint; factors, 1 is as usual. */
export interface EndpointChange {
  price?: number;
  /** On every time: 3 is three times slower. */
  slowness?: number;
  /** On the chance of a good answer. */
  quality?: number;
}

/** Something that holds for a while. Times in milliseconds since the start. */
export type Episode = { fromMs: number; toMs: number } & (
  | { kind: 'offline' }
  | { kind: 'battery' }
  /** The machine does its work at `speed` (0 to 1) until it has cooled. */
  | { kind: 'heat'; level: 'serious' | 'critical'; speed: number }
  /** Something else keeps the processor busy. */
  | { kind: 'busy'; cpuPercent: number }
  | { kind: 'outage'; providerId: string }
  | ({ kind: 'change'; endpointId: string } & EndpointChange)
);
type EpisodeOf<Kind extends Episode['kind']> = Extract<Episode, { kind: Kind }>;

const AS_USUAL: Readonly<Required<EndpointChange>> = { price: 1, slowness: 1, quality: 1 };

/** The script of a simulation: which episodes hold now. */
export class World {
  readonly #episodes: readonly Episode[];
  readonly #clock: SimulatedClock;
  #now: readonly Episode[] = [];
  #changes = new Map<string, Required<EndpointChange>>();
  readonly #listeners: (() => void)[] = [];

  constructor(clock: SimulatedClock, episodes: readonly Episode[]) {
    this.#clock = clock;
    this.#episodes = episodes;
    this.#look();
    for (const atMs of new Set(episodes.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))) {
      if (atMs > 0) clock.at(atMs, () => this.#look());
    }
  }

  /** Called when an episode begins or ends. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  get isOnline(): boolean {
    return this.find('offline') === undefined;
  }

  get onBattery(): boolean {
    return this.find('battery') !== undefined;
  }

  isDown(providerId: string): boolean {
    return this.#now.some((episode) => episode.kind === 'outage' && episode.providerId === providerId);
  }

  changeOf(endpointId: string): Readonly<Required<EndpointChange>> {
    return this.#changes.get(endpointId) ?? AS_USUAL;
  }

  find<Kind extends Episode['kind']>(kind: Kind): EpisodeOf<Kind> | undefined {
    return this.#now.find((episode): episode is EpisodeOf<Kind> => episode.kind === kind);
  }

  get kinds(): readonly Episode['kind'][] {
    return this.#now.map(({ kind }) => kind);
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#now = this.#episodes.filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
    this.#changes = new Map();
    for (const episode of this.#now) {
      if (episode.kind !== 'change') continue;
      const { price, slowness, quality } = this.changeOf(episode.endpointId);
      this.#changes.set(episode.endpointId, {
        price: price * (episode.price ?? 1),
        slowness: slowness * (episode.slowness ?? 1),
        quality: quality * (episode.quality ?? 1),
      });
    }
    for (const listener of this.#listeners) listener();
  }
}
