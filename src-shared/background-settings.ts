import { z } from 'zod';
import { jobName } from './jobs.ts';

const usd = z.number().min(0);

/** What background work may do, how often, and for how much. */
export const backgroundSettings = z
  .strictObject({
    /** False: no background work at all. */
    enabled: z.boolean().default(true),
    /** How often: conservative weekly, balanced daily, aggressive hourly. */
    level: z.enum(['conservative', 'balanced', 'aggressive']).default('balanced'),
    /** Jobs that are switched off. */
    off: z.array(jobName).default([]),
    /** What all background work together may spend in a day at cloud providers. */
    usdPerDay: usd.default(0),
    /** Tell once a day what was done while nobody was there. */
    dailySummary: z.boolean().default(true),
    shadow: z
      .strictObject({
        /** Kept prompts that one run looks at. */
        promptsPerRun: z.int().min(1).max(10_000).default(200),
        /** Local model (endpoint id) that judges; null: the largest that fits. */
        judge: z.string().nullable().default(null),
        /** Cloud model (endpoint id) that may judge what no local one can, within `usdPerDay`; null: none. */
        cloudJudge: z.string().nullable().default(null),
      })
      .prefault({}),
    /** Days after which a key should be replaced. */
    keyDays: z.int().min(1).default(180),
  })
  .prefault({});

/** How much is kept, and for how long. */
export const upkeepSettings = z
  .strictObject({
    /** Requests and their decisions older than this are removed; sums stay. null: never. */
    recordDays: z.int().min(1).nullable().default(180),
    /** The oldest requests go when the database is larger. */
    databaseMegabytes: z.int().min(16).default(2048),
    /** Copies of settings and what was learned. */
    backups: z.int().min(1).max(100).default(7),
  })
  .prefault({});
