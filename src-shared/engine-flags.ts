/**
 * How V8 is started for the engine, everywhere; `package.json` and the first line of the command line repeat it. Measured
 * reasons: docs/methods/how-v8-is-started.md.
 */
export const ENGINE_FLAGS: readonly string[] = [
  '--max-semi-space-size=16',
  '--min-semi-space-size=4',
  '--no-parallel-scavenge',
  '--no-allocation-site-pretenuring',
  '--fast-properties-soft-limit=128',
  '--no-maglev',
  '--max-inlined-bytecode-size-cumulative=460',
  '--v8-pool-size=2',
];
