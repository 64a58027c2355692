import type { DecisionInput } from './decision.ts';
import type { Endpoint } from './endpoint.ts';
import type { Prediction } from './estimate.ts';

/**
 * USD of discomfort. They are judgements on the scale of `answerUsd` (0.02 for a good answer), not measurements: an
 * overloaded machine is worth about a tenth of an answer, a hot one a quarter.
 */
const OVER_MEMORY_USD = 0.002;
const OVER_CPU_USD = 0.002;
const HOT_USD = 0.005;
const HELD_BACK_USD = 0.005;
/** For each second of loading: disk and memory are busy, and somebody else's model is thrown out. */
const LOADING_USD = 0.0002;
/** A loaded model has its memory already; it only keeps others out. */
const LOADED_SHARE = 0.25;
/** Beyond this a ratio says no more. */
const MOST = 3;

/** What running this model now does to the machine, in USD, 0 or more. Nothing for the cloud; unknown weighs nothing. */
export function pressureUsd(endpoint: Endpoint, { loadMs }: Prediction, input: DecisionInput): number {
  if (endpoint.track === 'cloud') return 0;
  const { machine, policy } = input;
  const { cpuPercent, speedLimitPercent, thermal } = machine;
  const needed = memoryShare(endpoint, input);
  const over = Math.max(0, needed - 1) + Math.min(1, needed) / 10;
  const busy = cpuPercent === null ? 0 : Math.max(0, cpuPercent / Math.max(1, policy.constraints.cpuPercent) - 1);
  const held = speedLimitPercent === null ? 0 : Math.max(0, 1 - speedLimitPercent / 100);
  return (
    OVER_MEMORY_USD * over * (endpoint.loaded === true ? LOADED_SHARE : 1) +
    OVER_CPU_USD * bounded(busy) +
    HELD_BACK_USD * bounded(held) +
    (thermal === 'serious' || thermal === 'critical' ? HOT_USD : 0) +
    (loadMs > 0 ? LOADING_USD * Math.min(loadMs, 600_000) * 0.001 : 0)
  );
}

/** Weights over what the person wants models to take: main memory and, where there is one, the graphics card's. */
function memoryShare({ sizeBytes }: Endpoint, { machine, policy: { constraints } }: DecisionInput): number {
  const { memoryBytes, gpuMemoryBytes } = constraints;
  if (sizeBytes === null || memoryBytes === null) return 0;
  const ofCard = machine.gpuMemoryTotalBytes === null ? 0 : (gpuMemoryBytes ?? machine.gpuMemoryTotalBytes);
  return bounded(sizeBytes / Math.max(1, memoryBytes + ofCard));
}

function bounded(value: number): number {
  return value > 0 ? Math.min(MOST, value) : 0;
}
