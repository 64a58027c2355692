import type { Readings, ShownAct, ShownRequest, ShowState } from '../../src-main/demo/show/show-state.ts';

/** A request as the show has it, answered locally unless told otherwise. */
export function someRequest(over: Partial<ShownRequest> = {}): ShownRequest {
  return {
    number: 1,
    question: 'What is the capital of Peru?',
    kind: 'capitals',
    app: 'chat',
    isPrivate: false,
    state: 'done',
    track: 'local',
    path: 'local',
    model: 'sim-llama:3b',
    totalMs: 612,
    right: true,
    reason: 'local: 41 tok/s, on mains, good 0.83; saves $0.004',
    tried: [],
    ruledOut: [],
    mayRace: false,
    costNanoUsd: 0,
    ...over,
  };
}

export function someAct(over: Partial<ShownAct> = {}): ShownAct {
  return {
    label: 'on battery, 60 %',
    requests: 8,
    local: 5,
    cloud: 3,
    failed: 0,
    right: 7,
    judged: 8,
    races: 0,
    models: { 'sim-llama:3b': 5, 'sim-cloud-mini': 3 },
    notes: ['Idle gate closed. Power: on battery (needed: on mains).'],
    reasons: { local: 'local: 41 tok/s', cloud: 'cloud: local would strain the machine' },
    ...over,
  };
}

export const SOME_READINGS: Readings = {
  strategy: 'adaptive',
  actsAs: 'resource_efficient',
  spentNanoUsd: 1_230_000,
  savedNanoUsd: 4_560_000,
  reference: 'sim-cloud/sim-cloud-large',
  budget: null,
  onBattery: true,
  batteryPercent: 42,
  gateOpen: false,
  gateWhy: 'Power: on battery (needed: on mains).',
  models: [
    { name: 'sim-llama:3b', track: 'local', loaded: true, circuit: 'closed', active: 0, quality: 0.84, evidence: 31 },
    { name: 'sim-qwen:8b', track: 'local', loaded: false, circuit: 'closed', active: 0, quality: null, evidence: 0 },
    { name: 'sim-cloud-large', track: 'cloud', loaded: null, circuit: 'open', active: 0, quality: 0.97, evidence: 0.4 },
  ],
  adaptation: 'acts as resource_efficient: on battery',
};

export function someState(over: Partial<ShowState> = {}): ShowState {
  return {
    scene: { number: 3, of: 6, title: 'THE BATTERY DRAINS', watch: 'Lighter models, no races.' },
    elapsedMs: 21_400,
    requests: [
      someRequest(),
      someRequest({
        number: 2,
        track: 'cloud',
        model: 'sim-cloud-mini',
        right: false,
        reason: 'cloud: costs $0.00002',
      }),
      someRequest({ number: 3, question: 'What is 13 * 7?', state: 'running', track: null, model: null, right: null }),
    ],
    acts: [someAct({ label: 'on mains, 80 %', cloud: 0, local: 8, notes: [] }), someAct()],
    stayedLocal: { capitals: [false, false, true, true, true, true], products: [false, false, false, false] },
    readings: SOME_READINGS,
    ...over,
  };
}
