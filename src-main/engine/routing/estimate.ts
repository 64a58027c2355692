/** A predicted number with what stands behind it. */
export interface Estimate {
  mean: number;
  /** Standard deviation of the prediction itself (not of single observations). */
  sd: number;
  /** Observations behind it, forgetting included; 0: a prior only. */
  observations: number;
}

/** What is expected of one endpoint for one request. `null`: nobody knows, and nothing is made up. */
export interface Prediction {
  /** Milliseconds from now to the first content: queue, loading of a model that is not loaded, and the model itself. */
  firstTokenMs: Estimate;
  /** 95th percentile of the same; what a hedge waits for and time limits grow from. */
  firstTokenP95Ms: number;
  /** The shares of `firstTokenMs` that are waiting for a place and loading the model. */
  queueMs: number;
  loadMs: number;
  tokensPerSecond: Estimate;
  outputTokens: Estimate;
  /** Integer nano-dollars expected; null: no price is known. 0 for local. */
  costNanoUsd: number | null;
  /** Upper bound that a budget reserves: all output tokens that the request allows, or the 95th percentile. */
  costCeilingNanoUsd: number | null;
  /** Joules on this machine; null unknown, 0 for cloud. An estimate. */
  energyJoules: number | null;
  /** Probability of a good answer. */
  quality: Estimate;
  /** Probability that the call succeeds at all. */
  success: Estimate;
}
