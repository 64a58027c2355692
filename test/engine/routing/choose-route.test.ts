import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRoute, type RouteQuestion } from '../../../src-main/engine/routing/choose-route.ts';
import { UNKNOWN_CAPABILITIES } from '../../../src-main/engine/routing/endpoint.ts';
import { VIRTUAL_NAMES } from '../../../src-main/engine/routing/model-name.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';

const LOCAL = makeEndpoint({ providerId: 'ollama', track: 'local' });
const CLOUD = makeEndpoint({ providerId: 'openai' });

function question(changes: Partial<RouteQuestion> = {}): RouteQuestion {
  return {
    virtual: 'auto',
    endpoints: [LOCAL, CLOUD],
    needs: { capabilities: ['text'], promptTokens: 10 },
    blocked: () => null,
    unsupported: () => [],
    localOnly: false,
    preferred: { local: false, cloud: false },
    ...changes,
  };
}

describe('a route', () => {
  test('goes through the endpoints in their order, and says why the first', () => {
    const route = chooseRoute(question());
    expect(route.candidates).toEqual([LOCAL, CLOUD]);
    expect(route.reason).toBe('local: able to do it, free and on this machine');
    expect(chooseRoute(question({ virtual: null })).reason).toBe('named exactly');
    expect(chooseRoute(question({ preferred: { local: true, cloud: false } })).reason).toBe(
      'local: first in your order',
    );
  });

  test('chooses a model for embeddings only if it is known to be for them; by its name any may be asked', () => {
    const embedder = makeEndpoint({ providerId: 'e', capabilities: { ...UNKNOWN_CAPABILITIES, embeddings: true } });
    const needs = { capabilities: ['embeddings'], promptTokens: 1 } as const;
    const endpoints = [LOCAL, embedder];
    expect(chooseRoute(question({ needs, endpoints })).candidates).toEqual([embedder]);
    expect(chooseRoute(question({ needs, endpoints: [LOCAL], virtual: null })).candidates).toEqual([LOCAL]);
  });

  test('leaves out what cannot, may not or does not serve now, with its reason', () => {
    const blind = makeEndpoint({ providerId: 'blind', capabilities: { ...UNKNOWN_CAPABILITIES, vision: false } });
    const route = chooseRoute(
      question({
        endpoints: [blind, CLOUD, LOCAL],
        needs: { capabilities: ['vision'], promptTokens: 1 },
        blocked: ({ id }) => (id === CLOUD.id ? 'it sleeps' : null),
      }),
    );
    expect(route.candidates).toEqual([LOCAL]);
    expect(route.refusals).toEqual([
      { endpointId: 'blind/m', kind: 'cannot', why: 'cannot see images' },
      { endpointId: 'openai/m', kind: 'not_now', why: 'it sleeps' },
    ]);
  });

  test('leaves out what the protocol in between cannot say', () => {
    const route = chooseRoute(question({ unsupported: ({ track }) => (track === 'local' ? ['n', 'logprobs'] : []) }));
    expect(route.candidates).toEqual([CLOUD]);
    expect(route.refusals[0]?.why).toBe('its protocol has no way to say: n');
  });

  test.each([
    ['with "local only" on', { localOnly: true }],
    ['for pointsman/private', { virtual: 'private' as const }],
  ])('stays on this machine %s', (_name, changes) => {
    expect(chooseRoute(question(changes)).candidates).toEqual([LOCAL]);
    const nowhere = chooseRoute(question({ ...changes, endpoints: [CLOUD] }));
    expect(nowhere.candidates).toEqual([]);
    expect(nowhere.refusals).toMatchObject([{ kind: 'may_not', endpointId: CLOUD.id }]);
  });

  test('has at most three endpoints of each track', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].flatMap((model) => [
      makeEndpoint({ model }),
      makeEndpoint({ providerId: 'ollama', model, track: 'local' }),
    ]);
    const { candidates } = chooseRoute(question({ endpoints: many }));
    expect(candidates.map(({ id }) => id)).toEqual(many.slice(0, 6).map(({ id }) => id));
  });

  test('is always there, or every endpoint’s reason why not is', () => {
    const endpoint = fc
      .record({
        model: fc.string({ minLength: 1 }),
        track: fc.constantFrom('local' as const, 'cloud' as const),
        vision: fc.constantFrom(true, false, null),
        contextTokens: fc.option(fc.integer({ min: 1, max: 100_000 })),
        isBlocked: fc.boolean(),
        isUnsayable: fc.boolean(),
      })
      .map(({ vision, isBlocked, isUnsayable, ...rest }) => ({
        endpoint: makeEndpoint({ ...rest, capabilities: { ...UNKNOWN_CAPABILITIES, vision } }),
        isBlocked,
        isUnsayable,
      }));
    const questions = fc.record({
      found: fc.uniqueArray(endpoint, { maxLength: 12, selector: ({ endpoint: { id } }) => id }),
      virtual: fc.constantFrom(null, ...VIRTUAL_NAMES),
      localOnly: fc.boolean(),
      wantsVision: fc.boolean(),
      promptTokens: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(questions, ({ found, virtual, localOnly, wantsVision, promptTokens }) => {
        const standing = new Map(found.map((each) => [each.endpoint, each]));
        const asked = question({
          endpoints: found.map((each) => each.endpoint),
          virtual,
          localOnly,
          needs: { capabilities: wantsVision ? ['vision'] : [], promptTokens },
          blocked: (each) => (standing.get(each)?.isBlocked === true ? 'blocked' : null),
          unsupported: (each) => (standing.get(each)?.isUnsayable === true ? ['that'] : []),
        });
        const route = chooseRoute(asked);
        expect(chooseRoute(asked)).toEqual(route);
        const refused = new Set(route.refusals.map(({ endpointId }) => endpointId));
        for (const { id, track } of route.candidates) {
          expect(refused.has(id)).toBe(false);
          if (localOnly || virtual === 'private') expect(track).toBe('local');
        }
        if (route.candidates.length === 0) expect(refused).toEqual(new Set(found.map((each) => each.endpoint.id)));
        for (const { why } of route.refusals) expect(why).not.toBe('');
        expect(route.reason).not.toBe('');
      }),
    );
  });
});
