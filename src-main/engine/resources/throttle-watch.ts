/** One call that a local endpoint answered, alone and with enough tokens for its speed to mean something. */
export interface SpeedMeasured {
  endpointId: string;
  tokensPerSecond: number;
  /** Monotonic. */
  nowMs: number;
  /** null: unknown; such a call is judged but teaches nothing about the endpoint. */
  onBattery: boolean | null;
}

export interface ThrottleVerdict {
  state: 'throttled' | 'fine' | 'unknown';
  /** Last speed over the baseline; null while there is no baseline. */
  ratio: number | null;
  baselineTokensPerSecond: number | null;
  /** How the machine was fed when this was measured: slow on battery is the system saving, slow on mains is heat or load. */
  onBattery: boolean | null;
}

/** Calls of one block; the best of them stands for the endpoint's best decile. */
const BLOCK = 10;
/** Weight of a new block's best in the baseline, while all is well and while the endpoint is slow. */
const LEARN = { fine: 0.2, throttled: 0.02 };
const SLOW_RATIO = 0.7;
const NORMAL_RATIO = 0.8;
const SLOW_CALLS = 3;
const NORMAL_CALLS = 3;
/** A machine cools in less: older verdicts say nothing of now. */
const VERDICT_HOLDS_MS = 600_000;
const MOST_ENDPOINTS = 200;

interface Track {
  baseline: number | null;
  best: number;
  count: number;
  throttled: boolean;
  slow: number;
  normal: number;
  ratio: number | null;
  onBattery: boolean | null;
  atMs: number;
}

/**
 * Sees throttling without any sensor: an endpoint that several times in a row falls well under its own baseline (a slow
 * average of the best of each ten calls on mains) is throttled, until it is well again as often.
 */
export class ThrottleWatch {
  readonly #tracks = new Map<string, Track>();

  measure({ endpointId, tokensPerSecond, nowMs, onBattery }: SpeedMeasured): void {
    if (!Number.isFinite(tokensPerSecond) || tokensPerSecond <= 0) return;
    const track = this.#tracks.get(endpointId) ?? this.#begin(endpointId);
    // Another feed, or a long time without a call, makes the row of calls worth nothing.
    const stale = nowMs - track.atMs > VERDICT_HOLDS_MS || onBattery !== track.onBattery;
    if (stale) [track.slow, track.normal, track.throttled] = [0, 0, false];
    [track.onBattery, track.atMs] = [onBattery, nowMs];
    judge(track, tokensPerSecond);
    if (onBattery === false) learn(track, tokensPerSecond);
  }

  verdict(endpointId: string, nowMs: number): ThrottleVerdict {
    const track = this.#tracks.get(endpointId);
    const baselineTokensPerSecond = track?.baseline ?? null;
    const old = track === undefined || nowMs - track.atMs > VERDICT_HOLDS_MS;
    if (old || track.ratio === null) {
      return { state: 'unknown', ratio: null, baselineTokensPerSecond, onBattery: track?.onBattery ?? null };
    }
    const state = track.throttled ? 'throttled' : 'fine';
    return { state, ratio: track.ratio, baselineTokensPerSecond, onBattery: track.onBattery };
  }

  /** Is the machine held back on mains, as far as any endpoint shows? null: none shows anything. */
  isHeldBack(nowMs: number): boolean | null {
    let known: boolean | null = null;
    for (const [endpointId, { onBattery }] of this.#tracks) {
      const { state } = this.verdict(endpointId, nowMs);
      if (state === 'throttled' && onBattery !== true) return true;
      if (state === 'fine') known = false;
    }
    return known;
  }

  #begin(endpointId: string): Track {
    const oldest =
      this.#tracks.size >= MOST_ENDPOINTS ? [...this.#tracks].sort((a, b) => a[1].atMs - b[1].atMs)[0] : undefined;
    if (oldest !== undefined) this.#tracks.delete(oldest[0]);
    const track: Track = {
      baseline: null,
      best: 0,
      count: 0,
      throttled: false,
      slow: 0,
      normal: 0,
      ratio: null,
      onBattery: null,
      atMs: -Infinity,
    };
    this.#tracks.set(endpointId, track);
    return track;
  }
}

/** Between the two ratios nothing changes, so that a speed at the edge does not flicker. */
function judge(track: Track, tokensPerSecond: number): void {
  if (track.baseline === null) return;
  track.ratio = tokensPerSecond / track.baseline;
  track.slow = track.ratio < SLOW_RATIO ? track.slow + 1 : 0;
  track.normal = track.ratio >= NORMAL_RATIO ? track.normal + 1 : 0;
  if (track.slow >= SLOW_CALLS) track.throttled = true;
  if (track.normal >= NORMAL_CALLS) track.throttled = false;
}

function learn(track: Track, tokensPerSecond: number): void {
  track.best = Math.max(track.best, tokensPerSecond);
  if (++track.count < BLOCK) return;
  const weight = track.throttled ? LEARN.throttled : LEARN.fine;
  track.baseline = track.baseline === null ? track.best : track.baseline + weight * (track.best - track.baseline);
  [track.best, track.count] = [0, 0];
}
