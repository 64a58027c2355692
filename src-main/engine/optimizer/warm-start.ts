import type { Endpoint } from '../routing/endpoint.ts';

/** What is guessed of an endpoint's speed before its first call. Weighs little: a handful of calls replace it. */
export interface SpeedPrior {
  /** To the first token of an empty prompt, model loaded, nobody before us. */
  firstTokenMs: number;
  /** Reading of the prompt. */
  msPerPromptToken: number;
  tokensPerSecond: number;
  /** Of a model that is not loaded; 0 for cloud. */
  loadMs: number;
  /** Measured on this machine: believed more than a guess. */
  isMeasured?: true;
}

/** Points of a curve, ascending in the first number. */
type Curve = readonly (readonly [at: number, value: number])[];

/** Ollama's usual four-bit quantization with its scales: 4.7 GB for 8 billion parameters. */
const BYTES_PER_PARAMETER = 0.59;
/** A local model that tells nothing of its size: the 8B that most people start with. */
const USUAL_BYTES = 4.7e9;

/**
 * Local speed from first principles. Writing a token reads all weights once, so it is bound by memory bandwidth; reading the
 * prompt takes two operations for each parameter and token, so it is bound by arithmetic. Effective figures of middling
 * hardware: a mid-range graphics card or laptop chip with unified memory, two-channel desktop memory, and in between
 * for machines that do not say.
 */
const HARDWARE = {
  gpu: { bytesPerSecond: 200e9, operationsPerSecond: 10e12 },
  unknown: { bytesPerSecond: 80e9, operationsPerSecond: 2e12 },
  cpu: { bytesPerSecond: 30e9, operationsPerSecond: 0.5e12 },
};
const LOCAL_OVERHEAD_MS = 80;
/** A solid-state disk, and the start of the runner. */
const LOAD_BYTES_PER_SECOND = 1.5e9;
const LOAD_OVERHEAD_MS = 1_000;

/** Cloud by USD per million output tokens: dear models are bigger, so slower. */
const CLOUD_FIRST_TOKEN_MS: Curve = [[0.3, 450], [3, 600], [15, 800], [75, 1_300]]; // prettier-ignore
const CLOUD_TOKENS_PER_SECOND: Curve = [[0.3, 110], [3, 75], [15, 60], [75, 40]]; // prettier-ignore
/** Where no price is known. */
const CLOUD = { firstTokenMs: 600, tokensPerSecond: 60, msPerPromptToken: 0.05 };

/** Share of good answers, by billions of parameters and by USD per million output tokens. Rough, rising, and soon outvoted. */
const QUALITY_BY_SIZE: Curve = [[0.3, 0.35], [1, 0.48], [3, 0.6], [8, 0.7], [14, 0.75], [32, 0.8], [70, 0.84], [400, 0.88]]; // prettier-ignore
const QUALITY_BY_PRICE: Curve = [[0.1, 0.66], [0.5, 0.74], [2, 0.8], [5, 0.85], [15, 0.9], [75, 0.93]]; // prettier-ignore
const UNKNOWN_QUALITY = { local: 0.65, cloud: 0.8 };
const QUALITY_SD = 0.15;
const UNKNOWN_QUALITY_SD = 0.2;

/** `outputUsdPerMillion` null: no price is known. `cpuOnly` null: nobody knows whether a graphics card helps. */
export function guessSpeed(facts: {
  endpoint: Pick<Endpoint, 'track' | 'model' | 'sizeBytes'>;
  outputUsdPerMillion: number | null;
  cpuOnly: boolean | null;
}): SpeedPrior {
  const { endpoint, outputUsdPerMillion: price, cpuOnly } = facts;
  if (endpoint.track === 'cloud') {
    const isPriced = price !== null && price > 0;
    return {
      firstTokenMs: isPriced ? readCurve(CLOUD_FIRST_TOKEN_MS, price) : CLOUD.firstTokenMs,
      msPerPromptToken: CLOUD.msPerPromptToken,
      tokensPerSecond: isPriced ? readCurve(CLOUD_TOKENS_PER_SECOND, price) : CLOUD.tokensPerSecond,
      loadMs: 0,
    };
  }
  const hardware = HARDWARE[cpuOnly === null ? 'unknown' : cpuOnly ? 'cpu' : 'gpu'];
  const bytes = endpoint.sizeBytes ?? weightsOf(endpoint.model) ?? USUAL_BYTES;
  return {
    firstTokenMs: LOCAL_OVERHEAD_MS + (1_000 * bytes) / hardware.bytesPerSecond,
    msPerPromptToken: (2_000 * bytes) / BYTES_PER_PARAMETER / hardware.operationsPerSecond,
    tokensPerSecond: hardware.bytesPerSecond / bytes,
    loadMs: LOAD_OVERHEAD_MS + (1_000 * bytes) / LOAD_BYTES_PER_SECOND,
  };
}

/**
 * Probability of a good answer before any was seen. Cloud by price, as long as there is one (free tiers tell nothing); else,
 * and for local models, by the number of parameters in the name or the weight of the file.
 */
export function guessQuality(facts: {
  endpoint: Pick<Endpoint, 'track' | 'model' | 'sizeBytes'>;
  outputUsdPerMillion: number | null;
}): { mean: number; sd: number } {
  const { endpoint, outputUsdPerMillion: price } = facts;
  if (endpoint.track === 'cloud' && price !== null && price > 0) {
    return { mean: readCurve(QUALITY_BY_PRICE, price), sd: QUALITY_SD };
  }
  const parameters = parametersOf(endpoint);
  if (parameters !== null) return { mean: readCurve(QUALITY_BY_SIZE, parameters / 1e9), sd: QUALITY_SD };
  return { mean: UNKNOWN_QUALITY[endpoint.track], sd: UNKNOWN_QUALITY_SD };
}

function parametersOf({ model, sizeBytes }: Pick<Endpoint, 'model' | 'sizeBytes'>): number | null {
  return parametersInName(model) ?? (sizeBytes === null ? null : sizeBytes / BYTES_PER_PARAMETER);
}

function weightsOf(model: string): number | null {
  const parameters = parametersInName(model);
  return parameters === null ? null : parameters * BYTES_PER_PARAMETER;
}

const SIZE_IN_NAME = /(?:^|[^a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])/i;

/** `qwen3:8b`, `llama-3.1-8b-instant`, `gemma3:270m`, `mixtral:8x7b`; of `30b-a3b` the whole, not the active part. */
export function parametersInName(model: string): number | null {
  const found = SIZE_IN_NAME.exec(model);
  if (found === null) return null;
  const [, experts = '1', size = '', unit = ''] = found;
  const parameters = Number(experts) * Number(size) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6);
  return parameters > 0 ? parameters : null;
}

/** Straight lines between the points over the logarithm of `at`; level beyond both ends. */
function readCurve(curve: Curve, at: number): number {
  let before = curve[0];
  for (const point of curve) {
    if (before === undefined || at <= point[0]) return between(before ?? point, point, at);
    before = point;
  }
  return before?.[1] ?? NaN;
}

function between(before: readonly [number, number], after: readonly [number, number], at: number): number {
  const share = after[0] === before[0] ? 1 : Math.log(at / before[0]) / Math.log(after[0] / before[0]);
  return before[1] + share * (after[1] - before[1]);
}
