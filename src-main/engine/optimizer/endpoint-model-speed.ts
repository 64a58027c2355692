import type { PowerPriors } from './measured-speeds.ts';
import { PredictedAmount, type AmountState } from './predicted-amount.ts';
import { PredictedFirstToken, type FirstTokenState } from './predicted-first-token.ts';
import type { SpeedPrior } from './warm-start.ts';

const PRIOR_SPREAD = 0.8;
/** Of a prior that was measured on this machine. */
const MEASURED_SPREAD = 0.2;
/** So much has to be seen of the time to the first token before it counts more than a measurement. */
const LEAST_SEEN = 1;
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
  readonly #isMeasured: boolean;
  readonly firstToken: PredictedFirstToken;
  readonly tokensPerSecond: PredictedAmount;

  constructor(prior: SpeedPrior) {
    this.#isMeasured = prior.isMeasured === true;
    this.firstToken = new PredictedFirstToken({
      baseMs: prior.firstTokenMs,
      msPerPromptToken: prior.msPerPromptToken,
      isMeasured: this.#isMeasured,
    });
    this.tokensPerSecond = new PredictedAmount({
      prior: { median: prior.tokensPerSecond, spread: this.#isMeasured ? MEASURED_SPREAD : PRIOR_SPREAD, noise: NOISE },
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

  /** Of little that was seen, or long ago, a measurement that came since knows more. */
  restore(state: SpeedState): void {
    if (!this.#isMeasured || state.firstToken[0] >= LEAST_SEEN) this.firstToken.restore(state.firstToken);
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
  readonly #priors: PowerPriors;
  readonly #guess: EndpointSpeed;
  /** null: nothing was measured on battery. */
  readonly #batteryGuess: EndpointSpeed | null;
  #mains: EndpointSpeed | null = null;
  #battery: EndpointSpeed | null = null;

  constructor(priors: PowerPriors) {
    this.#priors = priors;
    this.#guess = new EndpointSpeed(priors.mains);
    this.#batteryGuess = priors.battery === null ? null : new EndpointSpeed(priors.battery);
  }

  /** To predict with. Unknown power counts as mains. */
  on(battery: boolean | null): EndpointSpeed {
    if (battery === true) return this.#battery ?? this.#batteryGuess ?? this.#mains ?? this.#guess;
    return this.#mains ?? (this.#priors.mains.isMeasured === true ? null : this.#battery) ?? this.#guess;
  }

  /** To learn into. */
  learnOn(battery: boolean | null): EndpointSpeed {
    const { mains, battery: onBattery } = this.#priors;
    if (battery === true) {
      if (onBattery !== null) return (this.#battery ??= new EndpointSpeed(onBattery));
      return (this.#battery ??= this.#startFrom(this.#mains));
    }
    return (this.#mains ??= mains.isMeasured === true ? new EndpointSpeed(mains) : this.#startFrom(this.#battery));
  }

  distrust(share: number): void {
    this.#mains?.distrust(share);
    this.#battery?.distrust(share);
  }

  toState(): PowerSpeedsState {
    return { mains: this.#mains?.toState() ?? null, battery: this.#battery?.toState() ?? null };
  }

  restore({ mains, battery }: PowerSpeedsState): void {
    const { mains: prior } = this.#priors;
    this.#mains = mains === null ? null : restored(mains, prior);
    this.#battery = battery === null ? null : restored(battery, this.#priors.battery ?? prior);
  }

  #startFrom(other: EndpointSpeed | null): EndpointSpeed {
    if (other === null) return new EndpointSpeed(this.#priors.mains);
    const speed = restored(other.toState(), this.#priors.mains);
    speed.distrust(CARRIED_OVER);
    return speed;
  }
}

function restored(state: SpeedState, prior: SpeedPrior): EndpointSpeed {
  const speed = new EndpointSpeed(prior);
  speed.restore(state);
  return speed;
}
