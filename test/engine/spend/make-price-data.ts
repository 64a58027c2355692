import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { waitForUpdate } from '@pydantic/genai-prices';
import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { format, resolveConfig } from 'prettier';

/**
 * Makes src-main/engine/spend/price-data.json from the installed @pydantic/genai-prices, whose own module costs 19 MB of
 * resident memory where its data as JSON costs 1. Run it after an update of the package, with the day of its release:
 *   node test/engine/spend/make-price-data.ts 2026-09-23
 */
const FILE = join(import.meta.dirname, '../../../src-main/engine/spend/price-data.json');

/** The prices that a text call can run up. Others (audio, images, searches) are not told by usage reports. */
const KEPT = [
  'input_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_1h_mtok',
  'output_mtok',
  'output_reasoning_mtok',
  'requests_kcount',
];

export async function makePriceData(date: string): Promise<unknown> {
  const providers = (await waitForUpdate()) ?? [];
  return {
    source: `genai-prices ${installedVersion()}`,
    date,
    license: 'MIT, Copyright (c) Pydantic Services Inc., https://github.com/pydantic/genai-prices',
    providers: providers.map((provider) => ({
      id: provider.id,
      fallbacks: provider.fallback_model_providers ?? [],
      models: provider.models.map((model) => ({ match: model.match, prices: pricesOf(model) })),
    })),
  };
}

function pricesOf(model: ModelInfo): ConditionalPrice[] {
  const prices = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  return prices.map((one) => ({ ...one, prices: keptOf(one.prices) }));
}

function keptOf(prices: ModelPrice): ModelPrice {
  return Object.fromEntries(Object.entries(prices).filter(([key]) => KEPT.includes(key)));
}

function installedVersion(): string {
  const main = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const { version } = createRequire(import.meta.url)(join(main, '../../package.json')) as { version: string };
  return version;
}

if (process.argv[1] === import.meta.filename) {
  const date = process.argv[2];
  if (date === undefined) throw new Error('usage: node test/engine/spend/make-price-data.ts YYYY-MM-DD');
  const text = JSON.stringify(await makePriceData(date));
  writeFileSync(FILE, await format(text, { ...(await resolveConfig(FILE)), parser: 'json' }));
}
