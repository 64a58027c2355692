import { describe, expect, test } from 'vitest';
import type { AppPermissions, DecisionInput } from '../../../src-main/engine/routing/decision.ts';
import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { findCandidates } from '../../../src-main/engine/routing/find-candidates.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../../../src-main/engine/routing/machine-state.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import {
  CLOUD,
  cloudPrediction,
  conversationWith,
  decisionInput,
  GB,
  LOCAL,
  policy,
  POLICY,
} from './make-decision-input.ts';

const localOf = (model: string, sizeGb: number | null, loaded: boolean | null = false) =>
  makeEndpoint({
    providerId: 'ollama',
    model,
    track: 'local',
    sizeBytes: sizeGb === null ? null : sizeGb * GB,
    loaded,
  });
const APP: AppPermissions = { tracks: null, models: null, private: false, maxCostPerRequestNanoUsd: null };
const machine = (changes: Partial<MachineState>): MachineState => ({ ...UNKNOWN_MACHINE, ...changes });

function idsOf(changes: Partial<DecisionInput>): string[] {
  return findCandidates(decisionInput(changes)).candidates.map(({ endpoint }) => endpoint.id);
}

/** The refusal of the cloud endpoint, or of the one named. */
function refusalOf(changes: Partial<DecisionInput>, id = CLOUD.id) {
  return findCandidates(decisionInput(changes)).refusals.find(({ endpointId }) => endpointId === id);
}

describe('an endpoint is refused because it cannot', () => {
  test('do what is asked', () => {
    const blind = makeEndpoint({ capabilities: { ...UNKNOWN_CAPABILITIES, vision: false } });
    const needs = { capabilities: ['vision'], promptTokens: 1 } as const;
    expect(refusalOf({ endpoints: [blind], needs }, blind.id)).toMatchObject({
      kind: 'cannot',
      why: 'cannot see images',
    });
  });

  test('hold the prompt, with the slack of an estimate', () => {
    const small = makeEndpoint({ contextTokens: 1_000 });
    const fits = { capabilities: [], promptTokens: 1_500 };
    expect(idsOf({ endpoints: [small], needs: fits })).toEqual([small.id]);
    expect(refusalOf({ endpoints: [small], needs: { ...fits, promptTokens: 1_501 } }, small.id)?.kind).toBe('cannot');
  });

  test('say it in its protocol', () => {
    const refusal = refusalOf({ unsupported: ({ id }) => (id === CLOUD.id ? ['logprobs'] : []) });
    expect(refusal).toMatchObject({ kind: 'cannot', why: 'its protocol has no way to say: logprobs' });
  });

  test('be known to embed, unless it was named', () => {
    const needs = { capabilities: ['embeddings'], promptTokens: 1 } as const;
    expect(idsOf({ needs })).toEqual([]);
    expect(idsOf({ needs, virtual: null })).toEqual([LOCAL.id, CLOUD.id]);
  });
});

describe('a cloud endpoint is refused', () => {
  test.each<[string, Partial<DecisionInput>, string]>([
    ['"local only"', { policy: policy({ localOnly: true }) }, '"local only" is on'],
    ['pointsman/private', { virtual: 'private' }, 'it was sent to pointsman/private'],
    ['a private request', { pins: { private: true } }, 'this request is private'],
    ['a private app', { app: { ...APP, private: true } }, 'everything this app asks is private'],
    ['a private request for an exact name', { pins: { private: true }, virtual: null }, 'this request is private'],
  ])('for %s', (_name, changes, why) => {
    expect(findCandidates(decisionInput(changes)).keptPrivate).toBe(why);
    expect(refusalOf(changes)).toMatchObject({ kind: 'may_not', why: `must stay on this machine: ${why}` });
    expect(idsOf(changes)).toEqual([LOCAL.id]);
  });

  test('for a request that is pinned to the local track, and the other way round', () => {
    expect(refusalOf({ pins: { track: 'local' } })?.kind).toBe('may_not');
    expect(idsOf({ pins: { track: 'cloud' } })).toEqual([CLOUD.id]);
    expect(idsOf({ pins: { track: 'cloud', private: true } })).toEqual([]);
  });

  test('without a network, also by its exact name', () => {
    for (const virtual of ['auto', null] as const) {
      expect(refusalOf({ virtual, machine: machine({ online: false }) })).toMatchObject({
        kind: 'not_now',
        why: 'there is no network',
      });
    }
    expect(idsOf({ machine: machine({ online: true }) })).toContain(CLOUD.id);
  });

  test('over the cap per request, which does not bind an exact name', () => {
    const dear = () => cloudPrediction({ costNanoUsd: 10_000_001 });
    expect(refusalOf({ predict: dear, endpoints: [CLOUD] })?.why).toMatch(/over your cap per request/);
    expect(idsOf({ predict: dear, endpoints: [CLOUD], virtual: null })).toEqual([CLOUD.id]);
    const uncapped = policy({ constraints: { ...POLICY.constraints, maxCostPerRequestNanoUsd: null } });
    expect(idsOf({ predict: dear, endpoints: [CLOUD], policy: uncapped })).toEqual([CLOUD.id]);
  });

  test('of unknown price under the cap of an app; the standing cap lets it pass', () => {
    const unknown = {
      predict: () => cloudPrediction({ costNanoUsd: null, costCeilingNanoUsd: null }),
      endpoints: [CLOUD],
    };
    expect(idsOf(unknown)).toEqual([CLOUD.id]);
    const app = { ...APP, maxCostPerRequestNanoUsd: 1 };
    expect(refusalOf({ ...unknown, app })).toMatchObject({ kind: 'may_not' });
    expect(refusalOf({ app })?.why).toMatch(/over this app's cap/);
    expect(refusalOf({ app, virtual: null })?.kind).toBe('may_not');
  });

  test('over budget, which is asked with the ceiling', () => {
    const asked: (number | null)[] = [];
    const found = findCandidates(
      decisionInput({
        overBudget: ({ track }, ceiling) => {
          asked.push(ceiling);
          return track === 'cloud' ? 'day budget used up' : null;
        },
      }),
    );
    expect(found.refusals).toEqual([{ endpointId: CLOUD.id, kind: 'may_not', why: 'day budget used up' }]);
    expect(found.cloudClosedBy).toBe('day budget used up');
    expect(asked).toEqual([0, 9_000_000]);
  });

  test('over budget: the reason is told of the whole track, though sums differ and others there are unable', () => {
    const second = { ...CLOUD, id: 'other/m', providerId: 'other' };
    const blind = { ...CLOUD, id: 'blind/m', capabilities: { ...CLOUD.capabilities, text: false } };
    const overBudget: DecisionInput['overBudget'] = ({ id, track }) => (track === 'cloud' ? `${id} costs more` : null);
    const closedTo = (endpoints: Endpoint[]) => findCandidates(decisionInput({ endpoints, overBudget })).cloudClosedBy;
    expect(closedTo([LOCAL, CLOUD, second])).toBe(`${CLOUD.id} costs more`);
    expect(closedTo([LOCAL, blind, second, CLOUD])).toBe('other/m costs more');
    const blocked = (endpoint: Endpoint) => (endpoint === CLOUD ? 'it is down' : null);
    const mixed = findCandidates(decisionInput({ endpoints: [LOCAL, CLOUD, second], overBudget, blocked }));
    expect(mixed.cloudClosedBy).toBeNull();
  });
});

describe('an app', () => {
  test('uses only its tracks and models, by id or by name', () => {
    expect(idsOf({ app: { ...APP, tracks: ['cloud'] } })).toEqual([CLOUD.id]);
    expect(idsOf({ app: { ...APP, models: [LOCAL.id] } })).toEqual([LOCAL.id]);
    expect(idsOf({ app: { ...APP, models: ['m'] }, virtual: null })).toEqual([LOCAL.id, CLOUD.id]);
    expect(idsOf({ app: { ...APP, models: [] } })).toEqual([]);
  });
});

test('only preferred models of a track are routed to, and any other by its name', () => {
  const other = makeEndpoint({ providerId: 'groq' });
  const endpoints = [LOCAL, CLOUD, other];
  const preferring = policy({ preferredCloud: [other.id] });
  expect(idsOf({ endpoints, policy: preferring })).toEqual([LOCAL.id, other.id]);
  expect(refusalOf({ endpoints, policy: preferring })?.why).toBe('not among your preferred cloud models');
  expect(idsOf({ endpoints, policy: preferring, virtual: null })).toHaveLength(3);
});

test('what is blocked is refused for now, with the reason', () => {
  const blocked = ({ track }: { track: string }) => (track === 'cloud' ? 'circuit open' : null);
  expect(refusalOf({ blocked })).toEqual({ endpointId: CLOUD.id, kind: 'not_now', why: 'circuit open' });
});

describe('a local model is refused for now', () => {
  const light = localOf('light', 2);
  const middle = localOf('middle', 5);
  const heavy = localOf('heavy', 9);
  const unknown = localOf('unknown', null);
  const endpoints = [heavy, middle, light, unknown, CLOUD];
  const routed = (state: Partial<MachineState>) =>
    idsOf({ endpoints, machine: machine(state) }).filter((id) => id !== CLOUD.id);

  test('when it is not loaded and larger than what is free', () => {
    expect(routed({ memoryFreeBytes: 5 * GB })).toEqual([middle.id, light.id, unknown.id]);
    expect(routed({ memoryFreeBytes: 5 * GB, gpuMemoryFreeBytes: 4 * GB })).toContain(heavy.id);
    expect(routed({ gpuMemoryFreeBytes: 1 })).toContain(heavy.id);
    const loaded = { ...heavy, loaded: true };
    expect(idsOf({ endpoints: [loaded, CLOUD], machine: machine({ memoryFreeBytes: GB }) })).toContain(heavy.id);
  });

  test('when the battery is low and it is not light', () => {
    expect(routed({ onBattery: true, batteryPercent: 19 })).toEqual([light.id, unknown.id]);
    expect(routed({ onBattery: true, batteryPercent: 20 })).toHaveLength(4);
    expect(routed({ onBattery: false, batteryPercent: 5 })).toHaveLength(4);
    expect(routed({ onBattery: null, batteryPercent: 5 })).toHaveLength(4);
    expect(routed({ onBattery: true, batteryPercent: null })).toHaveLength(4);
  });

  test('when the machine is hot and it is heavy; when overheating, all but light ones', () => {
    expect(routed({ thermal: 'fair' })).toHaveLength(4);
    expect(routed({ thermal: 'serious' })).toEqual([middle.id, light.id, unknown.id]);
    expect(routed({ thermal: 'critical' })).toEqual([light.id, unknown.id]);
    expect(routed({ speedLimitPercent: 40 })).not.toContain(heavy.id);
  });

  test('but not when the client named it', () => {
    const state = machine({ thermal: 'critical', memoryFreeBytes: 0 });
    expect(idsOf({ endpoints: [heavy], machine: state, virtual: null })).toEqual([heavy.id]);
  });

  test('but when nothing else is left, the lightest serves after all', () => {
    const state = machine({ thermal: 'serious', memoryFreeBytes: 0 });
    const found = findCandidates(
      decisionInput({ endpoints: [heavy, middle, CLOUD], machine: state, virtual: 'private' }),
    );
    expect(found.candidates.map(({ endpoint }) => endpoint.id)).toEqual([middle.id]);
    expect(found.refusals.map(({ endpointId }) => endpointId)).toEqual([heavy.id, CLOUD.id]);
    expect(idsOf({ endpoints: [heavy, middle], machine: state })).toEqual([middle.id]);
  });

  test('except in critical heat', () => {
    const found = findCandidates(decisionInput({ endpoints: [middle], machine: machine({ thermal: 'critical' }) }));
    expect(found.candidates).toEqual([]);
    expect(found.refusals).toMatchObject([{ kind: 'not_now' }]);
  });
});

describe('thinking that a provider signed in the open turn', () => {
  const sibling = makeEndpoint({ providerId: 'openai', model: 'other' });
  const signed = conversationWith(CLOUD, { signedByProviderId: 'openai' });

  test('keeps the turn with that provider', () => {
    const found = findCandidates(decisionInput({ endpoints: [LOCAL, CLOUD, sibling], conversation: signed }));
    expect(found.candidates.map(({ endpoint }) => endpoint.id)).toEqual([CLOUD.id, sibling.id]);
    expect(found.refusals).toMatchObject([{ endpointId: LOCAL.id, kind: 'not_now' }]);
  });

  test('waits for it when it is out for now', () => {
    const blocked = ({ track }: { track: string }) => (track === 'cloud' ? 'paused' : null);
    const found = findCandidates(decisionInput({ conversation: signed, blocked }));
    expect(found.candidates).toEqual([]);
    expect(found.refusals.map(({ kind }) => kind)).toEqual(['not_now', 'not_now']);
  });

  test('does not hold a request that must stay here, nor one whose provider is gone', () => {
    expect(idsOf({ conversation: signed, pins: { private: true } })).toEqual([LOCAL.id]);
    expect(idsOf({ conversation: signed, endpoints: [LOCAL] })).toEqual([LOCAL.id]);
  });
});

test('every endpoint is either a candidate or refused, and asked once at most', () => {
  const asked: string[] = [];
  const endpoints = [LOCAL, CLOUD, makeEndpoint({ providerId: 'off' })];
  const found = findCandidates(
    decisionInput({
      endpoints,
      blocked: ({ providerId }) => (providerId === 'off' ? 'off' : null),
      predict: ({ id }) => {
        asked.push(id);
        return cloudPrediction();
      },
    }),
  );
  expect(asked).toEqual([LOCAL.id, CLOUD.id]);
  expect(found.candidates.length + found.refusals.length).toBe(endpoints.length);
});
