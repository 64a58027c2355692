import { Cron } from 'croner';
import type { JobName } from '../../../../src-shared/jobs.ts';
import type { Settings } from '../../../../src-shared/settings.ts';

type Level = Settings['background']['level'];
type Rhythm = 'hourly' | 'daily' | 'weekly' | 'monthly';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Times {
  /** In local time. */
  pattern: string;
  /** After the moment of the pattern, by chance: so that not everything everywhere begins at once. */
  windowMs: number;
  words: string;
  /** No two moments lie further apart. */
  longestMs: number;
}

const TIMES: Readonly<Record<Rhythm, Times>> = {
  hourly: { pattern: '0 * * * *', windowMs: HOUR_MS / 3, words: 'hourly', longestMs: 2 * HOUR_MS },
  daily: {
    pattern: '0 1 * * *',
    windowMs: 4 * HOUR_MS,
    words: 'daily, between 1 and 5 o’clock',
    longestMs: DAY_MS + 5 * HOUR_MS,
  },
  weekly: {
    pattern: '0 1 * * 0',
    windowMs: 4 * HOUR_MS,
    words: 'weekly, on Sunday between 1 and 5 o’clock',
    longestMs: 7 * DAY_MS + 5 * HOUR_MS,
  },
  monthly: {
    pattern: '0 1 1 * *',
    windowMs: 4 * HOUR_MS,
    words: 'monthly, on the 1st between 1 and 5 o’clock',
    longestMs: 31 * DAY_MS + 5 * HOUR_MS,
  },
};

/** The level's own rhythm, but where more often would find nothing new or cost too much. */
const RHYTHMS: Readonly<Record<JobName, Readonly<Record<Level, Rhythm>>>> = {
  'security-hygiene': { conservative: 'weekly', balanced: 'daily', aggressive: 'daily' },
  backup: { conservative: 'weekly', balanced: 'daily', aggressive: 'daily' },
  'database-upkeep': { conservative: 'weekly', balanced: 'daily', aggressive: 'daily' },
  'model-discovery': { conservative: 'weekly', balanced: 'daily', aggressive: 'hourly' },
  'price-refresh': { conservative: 'weekly', balanced: 'daily', aggressive: 'daily' },
  'provider-ranking': { conservative: 'weekly', balanced: 'daily', aggressive: 'hourly' },
  'model-benchmark': { conservative: 'monthly', balanced: 'weekly', aggressive: 'daily' },
  'shadow-evaluation': { conservative: 'weekly', balanced: 'daily', aggressive: 'hourly' },
  'offline-training': { conservative: 'monthly', balanced: 'weekly', aggressive: 'daily' },
};

/** How often a job is due, in words. */
export function scheduleWords(job: JobName, level: Level): string {
  return timesOf(job, level).words;
}

/** When a job is due next after `nowMs` (Unix milliseconds), with its share of chance. */
export function nextDue(job: JobName, options: { level: Level; nowMs: number; random: () => number }): number {
  const { pattern, windowMs } = timesOf(job, options.level);
  const moment = new Cron(pattern, { paused: true }).nextRun(new Date(options.nowMs));
  const momentMs = moment?.getTime() ?? options.nowMs + DAY_MS;
  return momentMs + Math.floor(options.random() * windowMs);
}

/** False: the clock was wrong when it was reckoned, for it lies further ahead than it ever can. */
export function isPlausible(dueAtMs: number, job: JobName, options: { level: Level; nowMs: number }): boolean {
  return dueAtMs - options.nowMs <= timesOf(job, options.level).longestMs;
}

function timesOf(job: JobName, level: Level): Times {
  return TIMES[RHYTHMS[job][level]];
}
