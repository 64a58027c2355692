import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VIRTUAL_NAMES } from '../../../src-main/engine/routing/model-name.ts';
import {
  rankEndpoints,
  Rankings,
  TRACK_ORDER,
  type RoutePolicy,
} from '../../../src-main/engine/routing/rank-endpoints.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';

const GIB = 2 ** 30;
const PRICES: Readonly<Record<string, number>> = { cheap: 1, usual: 10, dear: 25, absurd: 600 };

function policy(changes: Partial<RoutePolicy> = {}): RoutePolicy {
  return {
    preferredLocal: [],
    preferredCloud: [],
    memoryBytes: 16 * GIB,
    outputPrice: ({ model }) => PRICES[model] ?? null,
    ...changes,
  };
}

function local(model: string, sizeGib: number | null, loaded = false): Endpoint {
  const sizeBytes = sizeGib === null ? null : sizeGib * GIB;
  return makeEndpoint({ providerId: 'ollama', model, track: 'local', sizeBytes, loaded });
}

const LOCAL = [local('small', 2), local('big', 40), local('fits', 9), local('loaded', 3, true), local('unknown', null)];
const CLOUD = ['unpriced', 'dear', 'absurd', 'cheap', 'usual'].map((model) => makeEndpoint({ model }));
const ALL = [...CLOUD, ...LOCAL];

const namesOf = (endpoints: readonly Endpoint[]): string[] => endpoints.map(({ model }) => model);

describe('of all endpoints', () => {
  test('auto and cheap take local ones first, fast and best those of the cloud, private no others', () => {
    const tracks = (virtual: (typeof VIRTUAL_NAMES)[number]) => [
      ...new Set(rankEndpoints(ALL, virtual, policy()).map(({ track }) => track)),
    ];
    expect(tracks('auto')).toEqual(['local', 'cloud']);
    expect(tracks('cheap')).toEqual(['local', 'cloud']);
    expect(tracks('fast')).toEqual(['cloud', 'local']);
    expect(tracks('best')).toEqual(['cloud', 'local']);
    expect(tracks('private')).toEqual(['local']);
  });

  test('local ones come as they are loaded, then by size while they fit the memory', () => {
    expect(namesOf(rankEndpoints(LOCAL, 'auto', policy()))).toEqual(['loaded', 'fits', 'small', 'unknown', 'big']);
  });

  test('all fit where the memory is not known', () => {
    const ranked = rankEndpoints(LOCAL, 'auto', policy({ memoryBytes: null }));
    expect(namesOf(ranked)).toEqual(['loaded', 'big', 'fits', 'small', 'unknown']);
  });

  test.each(['auto', 'fast', 'cheap'] as const)(
    '%s takes the cloud’s cheapest first, unknown prices last',
    (virtual) => {
      expect(namesOf(rankEndpoints(CLOUD, virtual, policy()))).toEqual([
        'cheap',
        'usual',
        'dear',
        'absurd',
        'unpriced',
      ]);
    },
  );

  test('best takes the dearest of usual price first', () => {
    expect(namesOf(rankEndpoints(CLOUD, 'best', policy()))).toEqual(['dear', 'usual', 'cheap', 'absurd', 'unpriced']);
  });

  test('only those that the person named are taken, in that order', () => {
    const wish = policy({
      preferredLocal: ['ollama/big', 'ollama/gone', 'ollama/small'],
      preferredCloud: ['one/dear'],
    });
    expect(namesOf(rankEndpoints(ALL, 'auto', wish))).toEqual(['big', 'small', 'dear']);
  });

  test('each stands at most once in a ranking, and on a track that the name allows', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ALL), fc.constantFrom(...VIRTUAL_NAMES), (endpoints, virtual) => {
        const ranked = rankEndpoints(endpoints, virtual, policy());
        const allowed = endpoints.filter(({ track }) => TRACK_ORDER[virtual].includes(track));
        expect(new Set(ranked)).toEqual(new Set(allowed));
        expect(ranked).toHaveLength(allowed.length);
      }),
    );
  });
});

describe('rankings', () => {
  test('are remembered until endpoints or wishes change', () => {
    const rankings = new Rankings();
    const wish = policy();
    const first = rankings.of('auto', ALL, wish);
    expect(rankings.of('auto', ALL, wish)).toBe(first);
    expect(namesOf(rankings.of('best', ALL, wish))).not.toEqual(namesOf(first));
    expect(namesOf(rankings.of('auto', CLOUD, wish))).toHaveLength(CLOUD.length);
    expect(namesOf(rankings.of('auto', CLOUD, policy({ preferredCloud: ['one/dear'] })))).toEqual(['dear']);
  });
});
