import { parseArgs } from 'node:util';

export const PARTS = ['night', 'preempt', 'latency', 'resources', 'shadow', 'kills'] as const;
export type PartName = (typeof PARTS)[number];

export interface Options {
  parts: readonly PartName[];
  /** Fewer trials and shorter measurements: to see that everything runs, not to judge by. */
  quick: boolean;
  seed: number;
}

export const USAGE = `npm run bench:jobs -- [--only PART[,PART…]] [--night] [--quick] [--seed N]
  --only    parts to run: ${PARTS.join(', ')}; default all
  --night   the same as --only night: the timeline of a scripted laptop night
  --quick   fewer trials, about a minute in all
  --seed N  of the blows and moments that are drawn; default 1`;

/** Throws a TypeError that says what is wrong. null: the person asked for help. */
export function parseOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      night: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const wanted = values.night ? ['night'] : (values.only?.split(',') ?? PARTS);
  const parts = PARTS.filter((part) => wanted.includes(part));
  const unknown = wanted.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0 || parts.length === 0) throw new TypeError(`--only: there is no part ${unknown.join(', ')}`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) throw new TypeError(`--seed ${values.seed}: a whole number from 0`);
  return { parts, quick: values.quick, seed };
}
