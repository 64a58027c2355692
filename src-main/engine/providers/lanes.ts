import type { Clock } from '../ports.ts';
import type { Endpoint, Track } from '../routing/endpoint.ts';
import { AdmissionQueue, type AdmissionLimits } from './admission-queue.ts';
import { CircuitBreaker, type Pass } from './circuit-breaker.ts';
import { TrackCalls } from './track-calls.ts';

/** The way to one endpoint: how many may use it at once, and whether it is open at all. */
export interface Lane {
  readonly endpointId: string;
  readonly providerId: string;
  readonly track: Track;
  readonly breaker: CircuitBreaker;
  readonly queue: AdmissionQueue;
  /** All calls of its track, whatever their lane. */
  readonly calls: TrackCalls;
  /** Monotonic milliseconds until which the provider asked us to stay away; 0: not at all. */
  limitedUntilMs: number;
}

export interface LaneLimits {
  concurrency: Readonly<Record<Track, number>>;
  queueLength: number;
  queueWaitMs: number;
  /** The person's own number for a provider; null: the track's. */
  concurrencyOf: (providerId: string) => number | null;
}

/** All lanes, made when first used. */
export class Lanes {
  readonly #clock: Clock;
  #limits: LaneLimits;
  readonly #lanes = new Map<string, Lane>();
  readonly #calls: Readonly<Record<Track, TrackCalls>> = { local: new TrackCalls(), cloud: new TrackCalls() };
  /** Lanes with something against them: the only ones a route choice has to look at. */
  readonly #troubled = new Set<Lane>();

  constructor(options: { clock: Clock; limits: LaneLimits }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
  }

  of(endpoint: Endpoint): Lane {
    let lane = this.#lanes.get(endpoint.id);
    if (lane === undefined) this.#lanes.set(endpoint.id, (lane = this.#create(endpoint)));
    return lane;
  }

  /** The lane when it was ever used. */
  find(endpointId: string): Lane | undefined {
    return this.#lanes.get(endpointId);
  }

  /** Calls under way on each track, and those that wait for a place. */
  activity(): { local: number; cloud: number; waiting: number } {
    let waiting = 0;
    for (const { queue } of this.#lanes.values()) waiting += queue.waiting;
    return { local: this.#calls.local.active, cloud: this.#calls.cloud.active, waiting };
  }

  /** Notes a counted failure (5xx, timeout, connection error). */
  failed(lane: Lane, pass: Pass): void {
    lane.breaker.failed(pass);
    this.#troubled.add(lane);
  }

  limited(lane: Lane, durationMs: number): void {
    lane.limitedUntilMs = this.#clock.monotonicMs() + durationMs;
    this.#troubled.add(lane);
  }

  /** Everything against a provider's endpoints is forgotten: it was started again, or its settings changed. */
  reset(providerId: string): void {
    for (const lane of this.#lanes.values()) {
      if (!lane.endpointId.startsWith(`${providerId}/`)) continue;
      lane.breaker.succeeded();
      lane.limitedUntilMs = 0;
    }
  }

  /** Every lane keeps to other limits from now on. */
  updateLimits(limits: LaneLimits): void {
    this.#limits = limits;
    for (const lane of this.#lanes.values()) lane.queue.update(this.#limitsOf(lane));
  }

  /** Why the lane is closed now, in words, and for how long; null when it is open. */
  blockOf(lane: Lane): { why: string; retryInMs: number; limited: boolean } | null {
    const limitedMs = lane.limitedUntilMs - this.#clock.monotonicMs();
    if (limitedMs > 0) {
      return { why: `its provider asked for a pause of ${seconds(limitedMs)}`, retryInMs: limitedMs, limited: true };
    }
    if (lane.breaker.mayEnter) return null;
    const retryInMs = lane.breaker.retryInMs;
    const why = `it failed repeatedly; the next try is ${retryInMs > 0 ? `in ${seconds(retryInMs)}` : 'under way'}`;
    return { why, retryInMs, limited: false };
  }

  /** Why an endpoint is closed now, in words; null when it is open or was never used. */
  whyBlocked(endpointId: string): string | null {
    if (this.#troubled.size === 0) return null;
    const lane = this.#lanes.get(endpointId);
    if (lane === undefined || !this.#troubled.has(lane)) return null;
    const block = this.blockOf(lane);
    if (block === null && lane.breaker.isClosed) this.#troubled.delete(lane);
    return block?.why ?? null;
  }

  #limitsOf({ providerId, track }: { providerId: string; track: Track }): AdmissionLimits {
    return {
      concurrency: this.#limits.concurrencyOf(providerId) ?? this.#limits.concurrency[track],
      length: this.#limits.queueLength,
      waitMs: this.#limits.queueWaitMs,
    };
  }

  #create(endpoint: Endpoint): Lane {
    const { id: endpointId, providerId, track } = endpoint;
    const queue = new AdmissionQueue(this.#limitsOf(endpoint), this.#clock);
    const breaker = new CircuitBreaker(this.#clock);
    return { endpointId, providerId, track, breaker, queue, calls: this.#calls[track], limitedUntilMs: 0 };
  }
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
