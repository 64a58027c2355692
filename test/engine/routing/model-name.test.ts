import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseModelName, VIRTUAL_NAMES } from '../../../src-main/engine/routing/model-name.ts';

describe('a model name', () => {
  test.each([...VIRTUAL_NAMES])('pointsman/%s is routed, with and without :latest', (virtual) => {
    expect(parseModelName(`pointsman/${virtual}`)).toEqual({ kind: 'virtual', virtual });
    expect(parseModelName(`pointsman/${virtual}:latest`)).toEqual({ kind: 'virtual', virtual });
  });

  test('auto alone is routed, other such words alone are models', () => {
    expect(parseModelName('auto')).toEqual({ kind: 'virtual', virtual: 'auto' });
    expect(parseModelName('best')).toEqual({ kind: 'exact', name: 'best', track: null });
  });

  test('an unknown word behind pointsman/ is a model that nobody has', () => {
    expect(parseModelName('pointsman/cleverest')).toEqual({ kind: 'exact', name: 'pointsman/cleverest', track: null });
  });

  test.each(['local', 'cloud'] as const)('%s/NAME is exact and on that track', (track) => {
    expect(parseModelName(`${track}/org/m:7b`)).toEqual({ kind: 'exact', name: 'org/m:7b', track });
  });

  test('any other name is exact, letter for letter', () => {
    const names = fc.string().filter((name) => name !== 'auto' && !/^(pointsman|local|cloud)\//u.test(name));
    fc.assert(
      fc.property(names, (name) => {
        expect(parseModelName(name)).toEqual({ kind: 'exact', name, track: null });
      }),
    );
  });
});
