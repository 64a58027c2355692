/** How much is measured. A round visits every contestant once, so that the machine's drift hits all alike. */
export interface Plan {
  /** For each row. Routed requests are all compiled after some fifteen thousand. */
  warmUpRequests: number;
  /** Resident memory is read after the first and after the second count. */
  memoryRequests: { early: number; late: number };
  /** For one server's memory run; a slow gateway is read where it stands. */
  memoryLimitMs: number;
  cpu: { rounds: number; sliceMs: number; connections: number };
  /** How the streams' beats fall together differs from round to round, so many short ones. */
  chunks: { rounds: number; sliceMs: number; streams: number; pieces: number };
  latency: { rounds: number; requestsAlone: number; requestsAtEight: number; streams: number; pieces: number };
  idleMs: number;
  /** In the full database. */
  storedRequests: number;
}

export const FULL_PLAN: Plan = {
  warmUpRequests: 20_000,
  memoryRequests: { early: 10_000, late: 50_000 },
  memoryLimitMs: 30_000,
  cpu: { rounds: 9, sliceMs: 800, connections: 32 },
  chunks: { rounds: 9, sliceMs: 800, streams: 4, pieces: 250 },
  latency: { rounds: 8, requestsAlone: 300, requestsAtEight: 800, streams: 25, pieces: 4 },
  idleMs: 2_000,
  storedRequests: 1_000_000,
};

/** About 40 seconds: shows that everything works; too short for figures to be judged by. */
export const QUICK_PLAN: Plan = {
  warmUpRequests: 3_000,
  memoryRequests: { early: 1_000, late: 3_000 },
  memoryLimitMs: 5_000,
  cpu: { rounds: 2, sliceMs: 500, connections: 32 },
  chunks: { rounds: 2, sliceMs: 800, streams: 4, pieces: 100 },
  latency: { rounds: 2, requestsAlone: 150, requestsAtEight: 300, streams: 10, pieces: 4 },
  idleMs: 500,
  storedRequests: 50_000,
};
