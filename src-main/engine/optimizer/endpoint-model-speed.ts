import { PredictedAmount, type AmountState } from './predicted-amount.ts';
import { PredictedFirstToken, type FirstTokenState } from './predicted-first-token.ts';
import type { SpeedPrior } from './warm-start.ts';

const PRIOR_SPREAD = 0.8;
const NOISE = 0.3;
const RETENTION = 0.95;
/** What one source of power tells about the other: a few calls' worth. */
const CARRIED_OVER = 0.2;

export interface SpeedState {
  firstToken: FirstTokenState;
  tokensPerSecond: AmountState;
}

/** How fast one endpoint is while its model is loaded and nothing else is asked of it. */
export class EndpointSpeed {
  readonly firstToken: PredictedFirstToken;
  readonly tokensPerSecond: PredictedAmount;

  constructor(prior: SpeedPrior) {
    this.firstToken = new PredictedFirstToken({
      baseMs: prior.firstTokenMs,
      msPerPromptToken: prior.msPerPromptToken,
    });
    this.tokensPerSecond = new PredictedAmount({
      prior: { median: prior.tokensPerSecond, spread: PRIOR_SPREAD, noise: NOISE },
      retention: RETENTION,
      isRate: true,
    });
  }

  distrust(share: number): void {
    this.firstToken.distrust(share);
    this.tokensPerSecond.distrust(share);
  }

  toState(): SpeedState {
    return { firstToken: this.firstToken.toState(), tokensPerSecond: this.tokensPerSecond.toState() };
  }

  restore(state: SpeedState): void {
    this.firstToken.restore(state.firstToken);
    this.tokensPerSecond.restore(state.tokensPerSecond);
  }
}

export interface PowerSpeedsState {
  mains: SpeedState | null;
  battery: SpeedState | null;
}

/**
 * Speeds on mains and on battery, kept apart from the first call on each. One that was never seen is expected to be like
 * the other, and starts from it.
 */
export class PowerSpeeds {
  readonly #prior: SpeedPrior;
  readonly #guess: EndpointSpeed;
  #mains: EndpointSpeed | null = null;
  #battery: EndpointSpeed | null = null;

  constructor(prior: SpeedPrior) {
    this.#prior = prior;
    this.#guess = new EndpointSpeed(prior);
  }

  /** To predict with. Unknown power counts as mains. */
  on(battery: boolean | null): EndpointSpeed {
    const [own, other] = battery === true ? [this.#battery, this.#mains] : [this.#mains, this.#battery];
    return own ?? other ?? this.#guess;
  }

  /** To learn into. */
  learnOn(battery: boolean | null): EndpointSpeed {
    if (battery === true) return (this.#battery ??= this.#startFrom(this.#mains));
    return (this.#mains ??= this.#startFrom(this.#battery));
  }

  distrust(share: number): void {
    this.#mains?.distrust(share);
    this.#battery?.distrust(share);
  }

  toState(): PowerSpeedsState {
    return { mains: this.#mains?.toState() ?? null, battery: this.#battery?.toState() ?? null };
  }

  restore({ mains, battery }: PowerSpeedsState): void {
    this.#mains = mains === null ? null : this.#restored(mains);
    this.#battery = battery === null ? null : this.#restored(battery);
  }

  #startFrom(other: EndpointSpeed | null): EndpointSpeed {
    if (other === null) return new EndpointSpeed(this.#prior);
    const speed = this.#restored(other.toState());
    speed.distrust(CARRIED_OVER);
    return speed;
  }

  #restored(state: SpeedState): EndpointSpeed {
    const speed = new EndpointSpeed(this.#prior);
    speed.restore(state);
    return speed;
  }
}
