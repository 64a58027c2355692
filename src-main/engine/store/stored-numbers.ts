const PARTS = 1_000_000;

/** The integer that a column takes. What is no finite number is unknown: a wrong estimate must not cost the record. */
export function integerOrNull(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value);
}

export function millijoules(joules: number | null): number | null {
  return joules === null ? null : integerOrNull(joules * 1000);
}

/** Parts per million of a share between 0 and 1. */
export function partsPerMillion(share: number | null): number | null {
  return share === null ? null : integerOrNull(share * PARTS);
}

/** A probability to six digits that stays above zero when it was: whoever weighs by its inverse divides by it. */
export function roundProbability(probability: number): number | null {
  const parts = partsPerMillion(probability);
  return parts === 0 && probability > 0 ? 1 / PARTS : roundTo(probability, PARTS);
}

/** `steps`: how many of them make one; 100 keeps two decimals. */
export function roundTo(value: number | null, steps: number): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value * steps) / steps;
}
