import { affinityUsd } from './affinity.ts';
import type { Aim } from './aim.ts';
import type { ScoreParts } from './decision.ts';
import type { Endpoint } from './endpoint.ts';
import type { Estimate, Prediction } from './estimate.ts';
import { expectedTimeOf, type ExpectedTime } from './expected-time.ts';
import { pressureUsd } from './pressure.ts';

const NANO_USD = 1e9;
const JOULES_PER_KWH = 3.6e6;
/** While an answer streams in, people read it already: half of that time is waiting. */
export const STREAMED_SHARE = 0.5;
/** A second behind the target counts once more. */
const LATE = 1;
/** A joule from the battery is one that is missing later. */
const BATTERY_FACTOR = 5;
/** Watts of a machine that works on an answer, where nobody estimated them: a laptop under load less its idle draw. */
const ASSUMED_WATTS = 30;
/** What `local_bias` 1 is worth: a fifth of a good answer, or four seconds. */
const LOCAL_BIAS_USD = 0.004;
/** The person's list has an order; between equals it decides. */
const PLACE_USD = 0.0002;
/** Keeps every part an exact integer, whatever is predicted. */
const MOST_NANO_USD = 1e14;

/**
 * The objective: what an answer of this endpoint is expected to be worth, less what it costs, part by part in nano-dollars.
 * Higher is better. What is no number counts as the worst; the parts are always finite integers.
 */
export function scoreParts(endpoint: Endpoint, prediction: Prediction, aim: Aim): ScoreParts {
  const time = expectedTimeOf(prediction);
  return {
    quality: worthOf(chanceOf(prediction.quality, aim.weights.caution) * chanceOf(prediction.success, 0), aim),
    latency: latencyPart(time.firstMs, time.generationMs * STREAMED_SHARE, aim),
    cost: toNano(-aim.weights.cost * costOf(prediction, aim) * 1e-9),
    energy: energyPart(endpoint, prediction, time, aim),
    pressure: toNano(-pressureWeight(aim) * pressureUsd(endpoint, prediction, aim.input)),
    preference: preferencePart(endpoint, time, aim),
  };
}

export function sumOf({ quality, latency, cost, energy, pressure, preference }: ScoreParts): number {
  return quality + latency + cost + energy + pressure + preference;
}

function pressureWeight({ weights, input }: Aim): number {
  return weights.pressure * (input.policy.pressureFactor ?? 1);
}

/** Nano-dollars that an answer is worth which is good with this probability. Below the threshold it falls more steeply. */
export function worthOf(probability: number, { weights, input }: Aim): number {
  const missing = Math.max(0, input.policy.preferences.qualityThreshold - probability);
  return toNano(weights.answerUsd * (probability - weights.knee * missing));
}

/** Nano-dollars that waiting costs: all of it once, and what the first content is late behind the target once more. */
export function latencyPart(firstMs: number, restMs: number, { weights, input }: Aim): number {
  const lateMs = Math.max(0, firstMs - input.policy.constraints.targetLatencyMs);
  return toNano(-weights.secondUsd * (firstMs + restMs + LATE * lateMs) * 0.001);
}

/** A probability with `caution` standard deviations added. */
export function chanceOf({ mean, sd }: Estimate, caution: number): number {
  const value = mean + (caution !== 0 && sd > 0 ? caution * sd : 0);
  return value > 0 ? Math.min(1, value) : 0;
}

/** Nano-dollars; the aim's assumption when nobody knows. */
export function costOf({ costNanoUsd }: Prediction, { unknownCostNanoUsd }: Aim): number {
  return costNanoUsd !== null && costNanoUsd >= 0 ? costNanoUsd : unknownCostNanoUsd;
}

function energyPart(endpoint: Endpoint, { energyJoules }: Prediction, time: ExpectedTime, aim: Aim): number {
  if (endpoint.track === 'cloud') return 0;
  const { machine, policy } = aim.input;
  const seconds = (time.firstMs + time.generationMs) / 1000;
  const joules = energyJoules !== null && energyJoules >= 0 ? energyJoules : seconds * ASSUMED_WATTS;
  const factor = aim.weights.energy * (machine.onBattery === true ? BATTERY_FACTOR : 1);
  return toNano((-factor * joules * policy.tariffUsdPerKwh) / JOULES_PER_KWH);
}

function preferencePart(endpoint: Endpoint, time: ExpectedTime, aim: Aim): number {
  const { weights, input } = aim;
  const { policy, pins } = input;
  const isLocal = endpoint.track === 'local';
  const bias = isLocal ? policy.preferences.localBias * weights.local * LOCAL_BIAS_USD : 0;
  const place = (isLocal ? policy.preferredLocal : policy.preferredCloud).indexOf(endpoint.id);
  const order = place > 0 ? place * PLACE_USD : 0;
  const late = pins.deadlineMs === undefined ? 0 : lateShare(time, pins.deadlineMs);
  return toNano(bias - order - late * weights.answerUsd + affinityUsd(endpoint, aim));
}

/** How much of its worth an answer loses by a deadline: all of it when it takes twice as long. */
function lateShare({ firstMs, generationMs }: ExpectedTime, deadlineMs: number): number {
  const over = firstMs + generationMs - deadlineMs;
  return over > 0 ? Math.min(1, over / Math.max(1, deadlineMs)) : 0;
}

/** An integer, never -0. */
function toNano(usd: number): number {
  const nano = Math.round(usd * NANO_USD);
  return Number.isNaN(nano) ? -MOST_NANO_USD : Math.min(MOST_NANO_USD, Math.max(-MOST_NANO_USD, nano)) + 0;
}
