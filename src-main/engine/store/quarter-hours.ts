import type { Totals } from '../../../src-shared/control.ts';
import type { Connection } from './database.ts';
import type { RequestRecord } from './records.ts';
import { NO_TOTALS, addToTotals } from './sum-records.ts';

export const QUARTER_HOUR_MS = 15 * 60 * 1000;

/** Start of the quarter of an hour that a moment falls into. */
export function quarterHourOf(timeMs: number): number {
  return Math.floor(timeMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}

const ADD = `
  INSERT INTO quarter_hours VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (start_ms) DO UPDATE SET
    requests = requests + excluded.requests,
    failed = failed + excluded.failed,
    cancelled = cancelled + excluded.cancelled,
    local = local + excluded.local,
    cloud = cloud + excluded.cloud,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd,
    unknown_costs = unknown_costs + excluded.unknown_costs`;

/** Adds requests to the sums of their quarters of an hour: one write for each quarter, not for each request. */
export function createQuarterHourAdder(connection: Connection): (records: readonly RequestRecord[]) => void {
  const add = connection.prepare(ADD);
  return (records) => {
    const sums = new Map<number, Totals>();
    for (const record of records) {
      const startMs = quarterHourOf(record.startedAtMs);
      let totals = sums.get(startMs);
      if (totals === undefined) sums.set(startMs, (totals = { ...NO_TOTALS }));
      addToTotals(totals, record);
    }
    for (const [startMs, sum] of sums) {
      const { requests, failed, cancelled, local, cloud } = sum;
      const { inputTokens, outputTokens, costNanoUsd, unknownCosts } = sum;
      add.run(startMs, requests, failed, cancelled, local, cloud, inputTokens, outputTokens, costNanoUsd, unknownCosts);
    }
  };
}
