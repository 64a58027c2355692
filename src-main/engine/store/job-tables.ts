/** Step 3 of the database's history: background work, what it found and proposes, and prompts kept with consent. */
export const JOB_TABLES = `
    -- One row a job, and one named '' for all of them.
    CREATE TABLE jobs_state (
      job TEXT PRIMARY KEY,
      paused INTEGER NOT NULL DEFAULT 0,
      paused_until_ms INTEGER,            -- NULL: until resumed
      next_due_at_ms INTEGER              -- NULL: not reckoned yet
    ) STRICT, WITHOUT ROWID;

    -- When the idle gate was open. ended_at_ms NULL: it is open, or the engine ended before it could say.
    CREATE TABLE gate_openings (
      opened_at_ms INTEGER PRIMARY KEY,
      ended_at_ms INTEGER
    ) STRICT;

    -- The person's absences: from the gate's first opening after they left until they came back.
    CREATE TABLE absences (
      began_at_ms INTEGER PRIMARY KEY,
      ended_at_ms INTEGER,
      told_at_ms INTEGER                  -- when its summary was shown as a notice
    ) STRICT;

    -- A run that is at work stands here as waiting: whatever ends the engine, it goes on from its checkpoint.
    CREATE TABLE job_runs (
      seq INTEGER PRIMARY KEY,            -- order of making
      id TEXT NOT NULL UNIQUE,
      job TEXT NOT NULL,
      "trigger" TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'cancelled')),
      created_at_ms INTEGER NOT NULL,
      started_at_ms INTEGER,
      worked_at_ms INTEGER,               -- end of its last unit, whether it counted or not
      ended_at_ms INTEGER,
      units_done INTEGER NOT NULL,
      units_total INTEGER,
      preemptions INTEGER NOT NULL,
      retries INTEGER NOT NULL,
      retry_at_ms INTEGER,
      found TEXT,
      problem TEXT,
      cpu_ms REAL NOT NULL,
      energy_joules REAL,                 -- NULL: one of its calls' is unknown
      cost_nano_usd INTEGER NOT NULL,
      unknown_costs INTEGER NOT NULL,
      local_tokens INTEGER NOT NULL,
      cloud_tokens INTEGER NOT NULL,
      recent_units_ms TEXT NOT NULL,      -- JSON: how long the last units took, for the estimate
      checkpoint TEXT                     -- JSON, as its kind wrote it; NULL: not planned yet, or over
    ) STRICT;
    CREATE UNIQUE INDEX job_runs_open ON job_runs (job) WHERE state = 'waiting';
    CREATE INDEX job_runs_by_end ON job_runs (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
    CREATE INDEX job_runs_by_job ON job_runs (job, seq);

    CREATE TABLE job_results (
      job TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,                -- JSON
      request_id TEXT,                    -- erasing that request erases this
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (job, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX job_results_by_request ON job_results (request_id) WHERE request_id IS NOT NULL;

    CREATE TABLE findings (
      id TEXT PRIMARY KEY,
      job TEXT NOT NULL,
      key TEXT NOT NULL,
      severity TEXT NOT NULL,
      sentence TEXT NOT NULL,
      action TEXT,                        -- JSON
      found_at_ms INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      UNIQUE (job, key)
    ) STRICT;

    CREATE TABLE proposals (
      id TEXT PRIMARY KEY,
      job TEXT NOT NULL,
      key TEXT NOT NULL,
      title TEXT NOT NULL,
      sentence TEXT NOT NULL,
      evidence TEXT NOT NULL,             -- JSON
      changes TEXT NOT NULL,              -- JSON
      proposed_at_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      decided_at_ms INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX proposals_open ON proposals (job, key) WHERE state = 'open';
    CREATE INDEX proposals_by_key ON proposals (job, key);

    -- Prompts and accepted answers, kept with consent. All content is in \`ciphertext\` (AEAD, its tag at the end), last in
    -- the row: the columns before it are read without it, to choose among prompts and to erase them unopened.
    CREATE TABLE kept_prompts (
      request_id TEXT PRIMARY KEY,
      kept_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      is_private INTEGER NOT NULL,
      track TEXT NOT NULL,                -- that gave the accepted answer, like the next two
      endpoint TEXT NOT NULL,
      cost_nano_usd INTEGER,              -- NULL: unknown
      bytes INTEGER NOT NULL,             -- that the row takes up, roughly
      key_id TEXT NOT NULL,
      nonce BLOB NOT NULL,
      ciphertext BLOB NOT NULL
    ) STRICT;
    CREATE INDEX kept_prompts_by_time ON kept_prompts (kept_at_ms, bytes, key_id);
    CREATE INDEX kept_prompts_by_end ON kept_prompts (expires_at_ms);
    `;
