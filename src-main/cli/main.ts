#!/usr/bin/env -S node --max-semi-space-size=4 --min-semi-space-size=4 --no-parallel-scavenge
import { createProgram } from './program.ts';

await createProgram().parseAsync();
