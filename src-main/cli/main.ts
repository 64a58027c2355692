#!/usr/bin/env -S node --max-semi-space-size=4 --min-semi-space-size=4
import { createProgram } from './program.ts';

await createProgram().parseAsync();
