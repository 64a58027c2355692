import type { BetaPosterior } from './beta-posterior.ts';

/** A source of numbers in [0, 1). */
type Random = () => number;

/**
 * One draw from a Beta distribution: X / (X + Y) of two gamma draws, taken by their logarithms, so that parameters near 0
 * give 0 or 1 and never 0 / 0.
 */
export function drawBeta({ alpha, beta }: BetaPosterior, random: Random): number {
  return 1 / (1 + Math.exp(drawLogGamma(beta, random) - drawLogGamma(alpha, random)));
}

/** Index of the arm with the highest draw: Thompson's choice. The list must not be empty. */
export function drawBestArm(arms: readonly BetaPosterior[], random: Random): number {
  let best = 0;
  let highest = -1;
  for (let index = 0; index < arms.length; index += 1) {
    const arm = arms[index];
    const draw = arm === undefined ? -1 : drawBeta(arm, random);
    if (draw > highest) {
      best = index;
      highest = draw;
    }
  }
  return best;
}

/** Below 1 a draw of shape + 1 is shrunk by U^(1/shape) (Marsaglia & Tsang 2000, section 6). */
function drawLogGamma(shape: number, random: Random): number {
  if (shape >= 1) return Math.log(drawGamma(shape, random));
  return Math.log(drawGamma(shape + 1, random)) + Math.log(1 - random()) / shape;
}

/** Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000); shape at least 1, scale 1. */
function drawGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(random);
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const v = root * root * root;
    const uniform = 1 - random();
    const squared = normal * normal;
    if (uniform < 1 - 0.0331 * squared * squared) return d * v;
    if (Math.log(uniform) < squared / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Box & Muller 1958. `1 - random()` is never 0. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
