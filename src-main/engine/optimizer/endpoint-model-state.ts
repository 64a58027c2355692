import { TASK_KINDS } from '../routing/request-profile.ts';
import type { EndpointModelState } from './endpoint-model.ts';
import type { SpeedState } from './endpoint-model-speed.ts';
import type { AmountState } from './predicted-amount.ts';
import { OUTPUT_STATES } from './predicted-output.ts';

/** Raised whenever a number changes its place or meaning; states of another version are not read. */
export const STATE_VERSION = 1;

/** No amount that is learned has a logarithm beyond this. */
const FARTHEST_LOGARITHM = 50;
const ROUNDING = 1e-6;

/** What is kept of all endpoints; plain JSON, by endpoint id, the last called first. */
export interface EndpointModelsState {
  version: number;
  lengths: AmountState[];
  endpoints: Record<string, EndpointModelState>;
}

/** null when it is damaged or of another version. One damaged endpoint does not take the others along. */
export function parseEndpointModelsState(state: unknown): EndpointModelsState | null {
  if (!isFields(state) || state.version !== STATE_VERSION) return null;
  const { lengths, endpoints } = state;
  if (!isAmounts(lengths, TASK_KINDS.length) || !isFields(endpoints)) return null;
  const sound: [string, EndpointModelState][] = [];
  for (const [id, endpoint] of Object.entries(endpoints)) if (isEndpointState(endpoint)) sound.push([id, endpoint]);
  return { version: STATE_VERSION, lengths, endpoints: Object.fromEntries(sound) };
}

function isEndpointState(state: unknown): state is EndpointModelState {
  if (!isFields(state)) return false;
  const { speeds, load, service, success, output } = state;
  if (!isFields(speeds) || !isSpeedOrNull(speeds.mains) || !isSpeedOrNull(speeds.battery)) return false;
  return isAmount(load) && isAmount(service) && isWeights(success, 2) && isAmounts(output, OUTPUT_STATES);
}

function isSpeedOrNull(state: unknown): state is SpeedState | null {
  if (state === null) return true;
  if (!isFields(state) || !isAmount(state.tokensPerSecond)) return false;
  const { firstToken } = state;
  if (!isNumbers(firstToken, 7)) return false;
  const [values = -1, squares = -1, level = NaN, shape = NaN, ...covariances] = firstToken;
  const [levelVariance = -1, covariance = NaN, shapeVariance = -1] = covariances;
  return (
    values >= 0 &&
    squares >= 0 &&
    Math.max(Math.abs(level), Math.abs(shape)) < FARTHEST_LOGARITHM &&
    levelVariance > 0 &&
    shapeVariance > 0 &&
    covariance ** 2 <= levelVariance * shapeVariance * (1 + ROUNDING)
  );
}

function isAmounts(states: unknown, length: number): states is AmountState[] {
  return Array.isArray(states) && states.length === length && states.every(isAmount);
}

/** Weight and squares cannot be negative; the mean of logarithms can. */
function isAmount(state: unknown): state is AmountState {
  if (!isNumbers(state, 3)) return false;
  const [weight = -1, mean = NaN, squares = -1] = state;
  return weight >= 0 && squares >= 0 && Math.abs(mean) < FARTHEST_LOGARITHM;
}

function isWeights(state: unknown, length: number): state is number[] {
  return isNumbers(state, length) && state.every((value) => value >= 0);
}

function isNumbers(state: unknown, length: number): state is number[] {
  return Array.isArray(state) && state.length === length && state.every(Number.isFinite);
}

function isFields(state: unknown): state is Record<string, unknown> {
  return typeof state === 'object' && state !== null && !Array.isArray(state);
}
