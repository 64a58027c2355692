/** Columns under the names of the control API; microseconds become milliseconds. */
export const REQUEST_COLUMNS = `
  seq,
  id,
  started_at_ms AS startedAtMs,
  operation,
  app,
  requested_model AS requestedModel,
  stream,
  outcome,
  status,
  path,
  reason,
  failure_code AS failureCode,
  duration_us / 1000.0 AS durationMs,
  first_content_us / 1000.0 AS firstContentMs,
  overhead_us / 1000.0 AS overheadMs,
  reference_nano_usd AS referenceNanoUsd,
  energy_millijoules / 1000.0 AS energyJoules`;

export const ATTEMPT_COLUMNS = `
  provider_id AS providerId,
  model,
  track,
  started_us / 1000.0 AS startedMs,
  first_content_us / 1000.0 AS firstContentMs,
  duration_us / 1000.0 AS durationMs,
  outcome,
  status,
  failure_code AS failureCode,
  input_tokens AS inputTokens,
  cached_input_tokens AS cachedInputTokens,
  cache_write_tokens AS cacheWriteTokens,
  output_tokens AS outputTokens,
  reasoning_tokens AS reasoningTokens,
  usage_estimated AS usageEstimated,
  cost_nano_usd AS costNanoUsd`;

export const SUMMED_COLUMNS = `
  coalesce(sum(requests), 0) AS requests,
  coalesce(sum(failed), 0) AS failed,
  coalesce(sum(cancelled), 0) AS cancelled,
  coalesce(sum(local), 0) AS local,
  coalesce(sum(cloud), 0) AS cloud,
  coalesce(sum(input_tokens), 0) AS inputTokens,
  coalesce(sum(output_tokens), 0) AS outputTokens,
  coalesce(sum(cost_nano_usd), 0) AS costNanoUsd,
  coalesce(sum(unknown_costs), 0) AS unknownCosts`;

/** The same sums straight from the records, for a part of a quarter of an hour. Mirrors `addToTotals`. */
export const SUM_OF_REQUESTS = `
  WITH
    chosen AS (
      SELECT
        seq,
        outcome,
        CASE
          WHEN path IN ('local', 'cloud') THEN path
          WHEN path IN ('parallel', 'cascade') THEN (
            SELECT track FROM attempts WHERE request_seq = seq AND attempts.outcome = 'ok' ORDER BY ordinal DESC LIMIT 1
          )
        END AS track
      FROM requests
      WHERE started_at_ms >= :fromMs AND started_at_ms < :toMs
    ),
    calls AS (SELECT attempts.* FROM chosen JOIN attempts ON request_seq = seq)
  SELECT
    (SELECT count(*) FROM chosen) AS requests,
    (SELECT count(*) FROM chosen WHERE outcome = 'failed') AS failed,
    (SELECT count(*) FROM chosen WHERE outcome = 'cancelled') AS cancelled,
    (SELECT count(*) FROM chosen WHERE track = 'local') AS local,
    (SELECT count(*) FROM chosen WHERE track = 'cloud') AS cloud,
    coalesce(sum(input_tokens), 0) AS inputTokens,
    coalesce(sum(output_tokens), 0) AS outputTokens,
    coalesce(sum(cost_nano_usd), 0) AS costNanoUsd,
    count(*) - count(cost_nano_usd) AS unknownCosts
  FROM calls`;
