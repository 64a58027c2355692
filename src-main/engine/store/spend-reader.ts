import { z } from 'zod';
import { spendRow } from '../../../src-shared/spend.ts';
import type { SpendQuery, SpendReport } from '../../../src-shared/spend.ts';
import type { Connection } from './database.ts';
import { PreparedReads } from './prepared-reads.ts';
import { QUARTER_HOUR_MS, quarterHourOf } from './quarter-hours.ts';
import { spendBuckets } from './spend-buckets.ts';
import type { StoreDatabase } from './store-database.ts';

/** null columns: everybody's. */
export interface Spender {
  app?: string;
  /** Provider id. */
  provider?: string;
}

const spent = z.object({ costNanoUsd: z.int(), unknownCosts: z.int() });
export type Spent = z.infer<typeof spent>;

const KEYS = { app: 'app', provider: 'provider_id', track: 'track', none: "''" } as const;

/** Reads what was spent from the sums by quarter of an hour: the number of requests makes no difference. */
export class SpendReader {
  readonly #reads: PreparedReads<Statements>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /** `dayStartOf`: start of the local day that a moment falls into; hours begin with it too. */
  spend(query: SpendQuery & { dayStartOf: (timeMs: number) => number }): SpendReport {
    const buckets = JSON.stringify(spendBuckets(query));
    return this.#reads.read(({ reports }) => ({
      rows: reports[query.by].all(buckets).map((row) => spendRow.parse(row)),
    }));
  }

  /** Cost of the calls for all requests that started at that moment or later; exact, also within a quarter of an hour. */
  spentSince(sinceMs: number, { app, provider }: Spender = {}): Spent {
    const start = quarterHourOf(sinceMs);
    const firstWhole = start === sinceMs ? start : start + QUARTER_HOUR_MS;
    const whose = { app: app ?? null, provider: provider ?? null };
    return this.#reads.read((statements) => {
      const whole = spent.parse(statements.quarters.get({ fromMs: firstWhole, ...whose }));
      if (firstWhole === sinceMs) return whole;
      const rest = spent.parse(statements.calls.get({ fromMs: sinceMs, toMs: firstWhole, ...whose }));
      return {
        costNanoUsd: whole.costNanoUsd + rest.costNanoUsd,
        unknownCosts: whole.unknownCosts + rest.unknownCosts,
      };
    });
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  const report = (key: string) => connection.prepare(reportBy(key));
  return {
    reports: {
      app: report(KEYS.app),
      provider: report(KEYS.provider),
      track: report(KEYS.track),
      none: report(KEYS.none),
    },
    quarters: connection.prepare(`
      SELECT coalesce(sum(cost_nano_usd), 0) AS costNanoUsd, coalesce(sum(unknown_costs), 0) AS unknownCosts
      FROM usage_quarter_hours
      WHERE start_ms >= :fromMs AND ${whose('provider_id')}`),
    calls: connection.prepare(`
      SELECT coalesce(sum(cost_nano_usd), 0) AS costNanoUsd, count(*) - count(cost_nano_usd) AS unknownCosts
      FROM requests CROSS JOIN attempts ON request_seq = seq
      WHERE started_at_ms >= :fromMs AND started_at_ms < :toMs AND ${whose('provider_id')}`),
  };
}

function whose(provider: string): string {
  return `(:app IS NULL OR app = :app) AND (:provider IS NULL OR ${provider} = :provider)`;
}

/** The buckets come as JSON pairs of start and end, which are taken apart once; only the buckets' rows are touched. */
function reportBy(key: string): string {
  return `
    WITH bucket (first_ms, end_ms) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each(?))
    SELECT
      first_ms AS startMs,
      nullif(${key}, '') AS key,
      sum(requests) AS requests,
      sum(failed) AS failed,
      sum(input_tokens) AS inputTokens,
      sum(output_tokens) AS outputTokens,
      sum(cost_nano_usd) AS costNanoUsd,
      sum(unknown_costs) AS unknownCosts,
      sum(compared) AS compared,
      sum(reference_nano_usd) AS referenceNanoUsd,
      sum(compared_cost_nano_usd) AS comparedCostNanoUsd,
      sum(energy_millijoules) / 1000.0 AS energyJoules,
      sum(unknown_energies) AS unknownEnergies
    FROM bucket CROSS JOIN usage_quarter_hours ON start_ms >= first_ms AND start_ms < end_ms
    GROUP BY 1, 2
    ORDER BY 1, 2`;
}
