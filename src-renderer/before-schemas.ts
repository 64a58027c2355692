import { z } from 'zod';

// The pages' policy forbids code made from text, and zod's mere attempt at it would be reported as a violation.
z.config({ jitless: true });
