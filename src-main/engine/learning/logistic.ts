/** 1 / (1 + e^-x), safe for any number. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(p / (1 - p)) with p kept within [0.005, 0.995]. */
export function logit(p: number): number {
  const kept = Math.min(0.995, Math.max(0.005, p));
  return Math.log(kept / (1 - kept));
}
