import { settings as settingsSchema } from '../../src-shared/settings.ts';
import { DualTrackOptimizer } from '../../src-main/engine/optimizer/dual-track-optimizer.ts';
import type { CallReport } from '../../src-main/engine/optimizer/request-report.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import { quantilesOf } from './quantiles.ts';

/** Microseconds in this process, the optimizer alone: no gateway around it. */
export interface DecisionFigures {
  endpoints: number;
  decisions: number;
  decisionP50Us: number;
  decisionP99Us: number;
  /** Booking of a finished request, which its answer does not wait for. */
  completionP50Us: number;
  /** Learning from it, later, between other work. */
  updateMeanUs: number;
}

const ENDPOINTS = 40;
const WARM_UP = 3_000;
const DECISIONS = 10_000;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const WORDS =
  'please write explain sum list compare table python error test file week travel translate short long'.split(' ');

/** One decision after the other over forty endpoints, each followed by its outcome and a person's verdict. */
export function measureDecision(): DecisionFigures {
  const endpoints = Array.from({ length: ENDPOINTS }, (_each, place) => toEndpoint(place));
  const settings = settingsSchema.parse({ constraints: { maxCostPerRequestUsd: null } });
  // Time passes as it does for a person: of a flood of requests not every one is remembered for feedback.
  let nowMs = 0;
  const optimizer = new DualTrackOptimizer({
    clock: { ...systemClock, monotonicMs: () => nowMs },
    log: SILENT,
    random: Math.random,
    settings: () => settings,
    endpoints: () => endpoints,
    priceCall: ({ track }) => ({ costNanoUsd: track === 'local' ? 0 : 1_000_000, price: null }),
    outputPriceOf: ({ track }) => (track === 'local' ? 0 : 10),
  });
  const decisionsUs: number[] = [];
  const completionsUs: number[] = [];
  let updatesUs = 0;
  for (let round = 0; round < WARM_UP + DECISIONS; round += 1) {
    const id = `request-${round}`;
    nowMs += 1_000;
    const prompt = promptOf(round);
    const startMs = performance.now();
    const recommendation = optimizer.getOptimizationRecommendations(prompt, { requestId: id, app: 'bench' });
    const decidedMs = performance.now();
    optimizer.recordRequestStart(id, recommendation);
    const chosen = recommendation.decision.candidates[0]?.endpoint;
    if (chosen === undefined) throw new Error('nobody was chosen');
    const endingMs = performance.now();
    optimizer.recordRequestCompletion(id, chosen.track, resultOf(chosen), true);
    const endedMs = performance.now();
    optimizer.giveFeedback({ requestId: id, quality: round % 3 === 0 ? 0 : 1 });
    const learningMs = performance.now();
    optimizer.learnNow();
    const learnedMs = performance.now();
    if (round < WARM_UP) continue;
    decisionsUs.push((decidedMs - startMs) * 1000);
    completionsUs.push((endedMs - endingMs) * 1000);
    updatesUs += (learnedMs - learningMs) * 1000;
  }
  optimizer.stop();
  const decision = quantilesOf(decisionsUs);
  return {
    endpoints: ENDPOINTS,
    decisions: DECISIONS,
    decisionP50Us: decision.p50,
    decisionP99Us: decision.p99,
    completionP50Us: quantilesOf(completionsUs).p50,
    updateMeanUs: updatesUs / DECISIONS,
  };
}

function toEndpoint(place: number): Endpoint {
  const track = place % 2 === 0 ? 'local' : 'cloud';
  const providerId = track === 'local' ? 'ollama' : `cloud-${place % 5}`;
  const model = `model-${place}:${1 + (place % 30)}b`;
  return {
    id: `${providerId}/${model}`,
    providerId,
    model,
    track,
    protocol: 'openai',
    capabilities: { ...UNKNOWN_CAPABILITIES, text: true },
    contextTokens: 32_768,
    maxOutputTokens: 4_096,
    takesSampling: true,
    sizeBytes: track === 'local' ? (1 + (place % 30)) * 600_000_000 : null,
    loaded: track === 'local' ? place % 4 === 0 : null,
  };
}

/** About sixty words that no two rounds have in the same order. */
function promptOf(round: number): string {
  let text = '';
  for (let at = 0; at < 60; at += 1) text += `${WORDS[(round * 7 + at * at + (round >> 3)) % WORDS.length] ?? ''} `;
  return `${text}${round}?`;
}

function resultOf(endpoint: Endpoint) {
  const call: CallReport = {
    endpoint,
    wasLoaded: endpoint.loaded,
    outcome: 'ok',
    failureCode: null,
    wasSent: true,
    streamed: true,
    queueMs: 0,
    firstTokenMs: 300,
    durationMs: 2_000,
    tokensPerSecond: 60,
    inputTokens: 120,
    cachedInputTokens: 0,
    outputTokens: 100,
    costNanoUsd: endpoint.track === 'local' ? 0 : 900_000,
  };
  return {
    calls: [call],
    answeredBy: endpoint.id,
    firstTokenMs: 310,
    durationMs: 2_010,
    stream: true,
    signs: null,
    energyJoules: 0,
  };
}

function ignore(): void {
  // Nobody reads the log of a measurement.
}
