/** Step 2 of the database's history: decisions, spend by app and provider, feedback, learner states, adaptations. */
export const OPTIMIZER_TABLES = `
    -- Estimates: what the same tokens would have cost at the reference model, and the energy of local calls.
    ALTER TABLE requests ADD COLUMN reference_nano_usd INTEGER;
    ALTER TABLE requests ADD COLUMN energy_millijoules INTEGER;

    -- One row a routed request. Probabilities are parts per million; \`detail\` holds all candidates and refusals.
    CREATE TABLE decisions (
      request_seq INTEGER PRIMARY KEY REFERENCES requests (seq),
      strategy TEXT NOT NULL,
      acts_as TEXT NOT NULL,
      kind TEXT NOT NULL,
      path TEXT NOT NULL,
      explored INTEGER NOT NULL,
      escalated INTEGER NOT NULL,
      kept_private TEXT,
      chosen TEXT,                        -- endpoint; NULL when nobody could be
      propensity_ppm INTEGER,             -- of the chosen one, like the predicted quality
      quality_ppm INTEGER,
      answered_by TEXT,
      reward_ppm INTEGER,
      signal TEXT,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX decisions_by_kind ON decisions (kind);
    CREATE INDEX decisions_by_chosen ON decisions (chosen);
    CREATE INDEX decisions_by_chosen_and_kind ON decisions (chosen, kind);

    -- Sums of every quarter of an hour by who asked and who answered. '' stands for none: a key cannot hold NULL.
    -- A request counts where it was answered, or tried last; its calls' tokens and costs count where they were made.
    CREATE TABLE usage_quarter_hours (
      start_ms INTEGER NOT NULL,
      app TEXT NOT NULL,
      provider_id TEXT NOT NULL,
      track TEXT NOT NULL,
      requests INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL,
      cost_nano_usd INTEGER NOT NULL,
      unknown_costs INTEGER NOT NULL,     -- calls
      compared INTEGER NOT NULL,          -- requests whose cost and reference are both known; the next two are theirs
      reference_nano_usd INTEGER NOT NULL,
      compared_cost_nano_usd INTEGER NOT NULL,
      energy_millijoules INTEGER NOT NULL,
      unknown_energies INTEGER NOT NULL,  -- requests
      PRIMARY KEY (start_ms, app, provider_id, track)
    ) STRICT, WITHOUT ROWID;

    -- About a second for a million requests, once. No energy and no reference was known before this step.
    INSERT INTO usage_quarter_hours
    SELECT
      start_ms, app, provider_id, track,
      sum(answered),
      sum(answered AND outcome = 'failed'),
      sum(input_tokens), sum(output_tokens), sum(cost_nano_usd), sum(unknown_cost),
      0, 0, 0, 0,
      sum(answered)
    FROM (
      SELECT
        (started_at_ms / 900000) * 900000 AS start_ms,
        coalesce(app, '') AS app,
        coalesce(provider_id, '') AS provider_id,
        coalesce(track, '') AS track,
        requests.outcome AS outcome,
        seq NOT IN (SELECT request_seq FROM attempts WHERE ordinal = 1) OR ordinal = (
          SELECT coalesce(max(CASE WHEN other.outcome = 'ok' THEN other.ordinal END), max(other.ordinal))
          FROM attempts AS other WHERE other.request_seq = seq
        ) AS answered,
        coalesce(input_tokens, 0) AS input_tokens,
        coalesce(output_tokens, 0) AS output_tokens,
        coalesce(cost_nano_usd, 0) AS cost_nano_usd,
        ordinal IS NOT NULL AND cost_nano_usd IS NULL AS unknown_cost
      FROM requests LEFT JOIN attempts ON request_seq = seq
    )
    GROUP BY start_ms, app, provider_id, track;

    -- What was said of an answer later, by people and programs; joined to decisions by request.
    CREATE TABLE feedback (
      id INTEGER PRIMARY KEY,
      request_id TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      source TEXT NOT NULL,
      value_ppm INTEGER NOT NULL CHECK (value_ppm BETWEEN 0 AND 1000000),
      note TEXT CHECK (length(note) <= 500)
    ) STRICT;
    CREATE INDEX feedback_by_request ON feedback (request_id);

    -- What the learner knows, as it wrote it. One of a newer program is put aside, not overwritten.
    CREATE TABLE learner_states (
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      saved_at_ms INTEGER NOT NULL,
      kept_aside_at_ms INTEGER,           -- NULL: in use
      state BLOB NOT NULL,
      PRIMARY KEY (name, version)
    ) STRICT;

    CREATE TABLE adaptations (
      seq INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      strategy TEXT NOT NULL,
      acts_as TEXT NOT NULL,
      reason TEXT NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL
    ) STRICT;
    `;
