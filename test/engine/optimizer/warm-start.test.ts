import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guessQuality, guessSpeed, parametersInName } from '../../../src-main/engine/optimizer/warm-start.ts';

const bytes = fc.double({ min: 1e8, max: 5e11, noNaN: true });
const price = fc.double({ min: 0.01, max: 200, noNaN: true });
const pairOf = (of: fc.Arbitrary<number>) =>
  fc.tuple(of, of).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

const local = (sizeBytes: number | null, model = 'm') => ({ track: 'local' as const, model, sizeBytes });
const cloud = (model = 'm') => ({ track: 'cloud' as const, model, sizeBytes: null });
const localSpeed = (sizeBytes: number | null, cpuOnly: boolean | null, model = 'm') =>
  guessSpeed({ endpoint: local(sizeBytes, model), outputUsdPerMillion: null, cpuOnly });
const cloudSpeed = (outputUsdPerMillion: number | null) =>
  guessSpeed({ endpoint: cloud(), outputUsdPerMillion, cpuOnly: null });

describe('the guess of a speed', () => {
  test('is slower in every respect for a heavier local model', () => {
    fc.assert(
      fc.property(pairOf(bytes), fc.constantFrom(true, false, null), ([lighter, heavier], cpuOnly) => {
        const [light, heavy] = [localSpeed(lighter, cpuOnly), localSpeed(heavier, cpuOnly)];
        expect(heavy.firstTokenMs).toBeGreaterThanOrEqual(light.firstTokenMs);
        expect(heavy.msPerPromptToken).toBeGreaterThanOrEqual(light.msPerPromptToken);
        expect(heavy.tokensPerSecond).toBeLessThanOrEqual(light.tokensPerSecond);
        expect(heavy.loadMs).toBeGreaterThanOrEqual(light.loadMs);
      }),
    );
  });

  test('is slower in every respect for a dearer cloud model', () => {
    fc.assert(
      fc.property(pairOf(price), ([cheaper, dearer]) => {
        expect(cloudSpeed(dearer).firstTokenMs).toBeGreaterThanOrEqual(cloudSpeed(cheaper).firstTokenMs);
        expect(cloudSpeed(dearer).tokensPerSecond).toBeLessThanOrEqual(cloudSpeed(cheaper).tokensPerSecond);
      }),
    );
  });

  test('puts a machine that does not say between one with a graphics card and one without', () => {
    const speeds = [true, null, false].map((cpuOnly) => localSpeed(4.7e9, cpuOnly).tokensPerSecond);
    expect(speeds).toEqual([...speeds].sort((one, other) => one - other));
  });

  test('of an 8B model on a graphics card is what such machines do: some 40 tokens a second', () => {
    expect(localSpeed(4.7e9, false)).toMatchObject({ tokensPerSecond: expect.closeTo(42.6, 1) as number });
  });

  test('of loading is a second and the time of reading the file from a solid-state disk', () => {
    expect(localSpeed(6e9, null).loadMs).toBe(5_000);
    expect(cloudSpeed(3).loadMs).toBe(0);
  });

  test('of a cloud model without a price is the typical one', () => {
    expect(cloudSpeed(null)).toMatchObject({ firstTokenMs: 600, tokensPerSecond: 60 });
    expect(cloudSpeed(0)).toEqual(cloudSpeed(null));
  });

  test('takes the size from the name where the provider tells none', () => {
    expect(localSpeed(null, null, 'llama-3.1-70b').loadMs).toBeGreaterThan(localSpeed(null, null, 'qwen3:0.6b').loadMs);
    expect(localSpeed(null, null, 'phi-4')).toEqual(localSpeed(4.7e9, null));
  });
});

describe('the guess of a quality', () => {
  const qualityOf = (
    endpoint: ReturnType<typeof local> | ReturnType<typeof cloud>,
    outputUsdPerMillion: number | null,
  ) => guessQuality({ endpoint, outputUsdPerMillion });

  test('never falls with size or price, and stays a probability', () => {
    fc.assert(
      fc.property(pairOf(bytes), pairOf(price), ([lighter, heavier], [cheaper, dearer]) => {
        const [light, heavy] = [qualityOf(local(lighter), null), qualityOf(local(heavier), null)];
        const [cheap, dear] = [qualityOf(cloud(), cheaper), qualityOf(cloud(), dearer)];
        expect(heavy.mean).toBeGreaterThanOrEqual(light.mean);
        expect(dear.mean).toBeGreaterThanOrEqual(cheap.mean);
        for (const { mean, sd } of [light, heavy, cheap, dear]) {
          expect(mean).toBeGreaterThan(0);
          expect(mean).toBeLessThan(1);
          expect(sd).toBeGreaterThanOrEqual(0.1);
        }
      }),
    );
  });

  test('goes by the name before the file, because files are packed differently', () => {
    expect(qualityOf(local(16e9, 'qwen3:8b-fp16'), null)).toEqual(qualityOf(local(null, 'qwen3:8b'), null));
  });

  test('of a free cloud model goes by its size, which is all there is', () => {
    expect(qualityOf(cloud('llama-3.1-8b-instant'), 0)).toEqual(qualityOf(local(null, 'llama3.1:8b'), null));
  });

  test('is least certain where nothing is known', () => {
    expect(qualityOf(cloud(), null)).toEqual({ mean: 0.8, sd: 0.2 });
    expect(qualityOf(local(null), null)).toEqual({ mean: 0.65, sd: 0.2 });
  });
});

test.each([
  ['qwen3:8b', 8e9],
  ['llama-3.1-8b-instant', 8e9],
  ['qwen3:0.6b', 0.6e9],
  ['gemma3:270m', 0.27e9],
  ['mixtral:8x7b', 56e9],
  ['qwen3:30b-a3b', 30e9],
  ['Meta-Llama-3-70B-Instruct', 70e9],
  ['phi-4', null],
  ['gpt-4o', null],
  ['claude-3b1', null],
  ['m:0b', null],
])('the name %s says %s parameters', (model, parameters) => {
  expect(parametersInName(model)).toBe(parameters);
});
