#!/usr/bin/env -S node --max-semi-space-size=16 --min-semi-space-size=4 --no-parallel-scavenge --no-allocation-site-pretenuring --fast-properties-soft-limit=128 --no-maglev --max-inlined-bytecode-size-cumulative=460 --v8-pool-size=2
import { createProgram } from './program.ts';

await createProgram().parseAsync();
