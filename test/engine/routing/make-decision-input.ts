import type { DecisionInput, DecisionPolicy } from '../../../src-main/engine/routing/decision.ts';
import type { ConversationState } from '../../../src-main/engine/routing/conversation.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import type { Estimate, Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import type { RequestProfile } from '../../../src-main/engine/routing/request-profile.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';

export const GB = 1e9;
export const LOCAL = makeEndpoint({ providerId: 'ollama', track: 'local', sizeBytes: 5 * GB, loaded: true });
export const CLOUD = makeEndpoint({ providerId: 'openai' });

export const estimate = (mean: number, sd = 0): Estimate => ({ mean, sd, observations: 10 });

/** An ordinary local model: 41 tokens/s, free. */
export function localPrediction(changes: Partial<Prediction> = {}): Prediction {
  return {
    firstTokenMs: estimate(500),
    firstTokenP95Ms: 900,
    queueMs: 0,
    loadMs: 0,
    tokensPerSecond: estimate(41),
    outputTokens: estimate(300),
    costNanoUsd: 0,
    costCeilingNanoUsd: 0,
    energyJoules: 150,
    quality: estimate(0.83),
    success: estimate(0.99),
    ...changes,
  };
}

/** An ordinary cloud model: 80 tokens/s, $0.004. */
export function cloudPrediction(changes: Partial<Prediction> = {}): Prediction {
  return localPrediction({
    firstTokenMs: estimate(600),
    tokensPerSecond: estimate(80),
    costNanoUsd: 4_000_000,
    costCeilingNanoUsd: 9_000_000,
    energyJoules: 0,
    quality: estimate(0.9),
    ...changes,
  });
}

export const POLICY: DecisionPolicy = {
  strategy: 'balanced',
  actsAs: 'balanced',
  preferences: { localBias: 0.5, parallelThreshold: 0.7, timeoutMultiplier: 1, qualityThreshold: 0.8 },
  preferredLocal: [],
  preferredCloud: [],
  localOnly: false,
  constraints: {
    memoryBytes: 8 * GB,
    gpuMemoryBytes: null,
    cpuPercent: 80,
    targetLatencyMs: 2_000,
    maxCostPerRequestNanoUsd: 10_000_000,
    batteryPercent: 20,
  },
  tariffUsdPerKwh: 0.3,
  hedging: false,
  cascade: false,
  bridging: false,
};

export const PROFILE: RequestProfile = {
  kind: 'chat',
  promptTokens: 1_000,
  maxOutputTokens: null,
  turns: 1,
  toolTurns: 0,
  toolCount: 0,
  hasImages: false,
  wantsJson: false,
  language: 'en',
  codeShare: 0,
  digitShare: 0,
  isQuestion: true,
  text: 'why?',
};

export function policy(changes: Partial<DecisionPolicy> = {}): DecisionPolicy {
  return { ...POLICY, ...changes };
}

/** A conversation that `endpoint` answered last. */
export function conversationWith(endpoint: Endpoint, changes: Partial<ConversationState> = {}): ConversationState {
  const state = { cachedTokens: 0, requests: 3, signedByProviderId: null, stuck: null, escalated: false };
  return { endpointId: endpoint.id, ...state, ...changes };
}

/** A question to the ordinary local and cloud model; predictions by endpoint id, else the ordinary one of the track. */
export function decisionInput(
  changes: Partial<DecisionInput> = {},
  predictions: Readonly<Record<string, Prediction>> = {},
): DecisionInput {
  return {
    virtual: 'auto',
    endpoints: [LOCAL, CLOUD],
    needs: { capabilities: ['text'], promptTokens: 1_000 },
    profile: PROFILE,
    pins: {},
    policy: POLICY,
    app: null,
    machine: UNKNOWN_MACHINE,
    conversation: null,
    blocked: () => null,
    unsupported: () => [],
    predict: ({ id, track }) => predictions[id] ?? (track === 'local' ? localPrediction() : cloudPrediction()),
    overBudget: () => null,
    exploration: null,
    checkable: true,
    ...changes,
  };
}
