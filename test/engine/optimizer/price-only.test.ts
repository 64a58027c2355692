import { describe, expect, test } from 'vitest';
import { predictPriceOnly } from '../../../src-main/engine/optimizer/price-only.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { priceCall } from './make-optimizer.ts';
import { CLOUD, LOCAL } from './make-result.ts';

const ASKED = { promptTokens: 100, maxOutputTokens: null };

describe('what a call costs by its price alone', () => {
  test('is that of a usual answer; at most, of everything that the request allows', () => {
    // A dollar for a million tokens in, five out: 100 in and 500 out; at most 125 in and the stated limit out.
    expect(
      predictPriceOnly({ endpoint: CLOUD, profile: { ...ASKED, maxOutputTokens: 1_000 }, priceCall }),
    ).toMatchObject({
      costNanoUsd: 100 * 1_000 + 500 * 5_000,
      costCeilingNanoUsd: 125 * 1_000 + 1_000 * 5_000,
    });
  });

  test('expects no more than is allowed', () => {
    expect(predictPriceOnly({ endpoint: CLOUD, profile: { ...ASKED, maxOutputTokens: 20 }, priceCall })).toMatchObject({
      costNanoUsd: 100 * 1_000 + 20 * 5_000,
      costCeilingNanoUsd: 125 * 1_000 + 20 * 5_000,
    });
  });

  test('knows the limit of the model, and what most providers give where nobody says', () => {
    const short = makeEndpoint({ ...CLOUD, maxOutputTokens: 2_000 });
    const ceiling = (endpoint: typeof CLOUD) =>
      predictPriceOnly({ endpoint, profile: ASKED, priceCall }).costCeilingNanoUsd;
    expect(ceiling(short)).toBe(125 * 1_000 + 2_000 * 5_000);
    expect(ceiling(CLOUD)).toBe(125 * 1_000 + 8_192 * 5_000);
  });

  test('is nothing on this machine, and unknown where nobody knows the price', () => {
    expect(predictPriceOnly({ endpoint: LOCAL, profile: ASKED, priceCall })).toMatchObject({
      costNanoUsd: 0,
      costCeilingNanoUsd: 0,
    });
    const unknown = { costNanoUsd: null, price: null };
    expect(predictPriceOnly({ endpoint: CLOUD, profile: ASKED, priceCall: () => unknown })).toMatchObject({
      costNanoUsd: null,
      costCeilingNanoUsd: null,
    });
  });

  test('tells nothing else', () => {
    const { quality, firstTokenMs, energyJoules } = predictPriceOnly({ endpoint: CLOUD, profile: ASKED, priceCall });
    expect([quality.mean, firstTokenMs.mean, energyJoules]).toEqual([NaN, NaN, null]);
  });
});
