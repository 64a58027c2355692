import type { LearnerTuning } from '../../optimizer/quality-model.ts';

/** One thing that may be set otherwise. */
interface Knob {
  name: keyof LearnerTuning;
  /** Steps in either direction, within what the setting allows. */
  less: (value: number) => number;
  more: (value: number) => number;
  /** Only prompts that are kept can show whether it is better. */
  needsPrompts: boolean;
  /** What a value means, for a person. */
  inWords: (value: number) => string;
}

const LEAST_RETENTION = 0.5;
const MOST_RETENTION = 0.999;

/** Memory is what is forgotten, 1 − retention: steps of it are factors too. */
const KNOBS: readonly Knob[] = [
  {
    name: 'retention',
    less: (value) => Math.max(LEAST_RETENTION, 1 - (1 - value) * 3),
    more: (value) => Math.min(MOST_RETENTION, 1 - (1 - value) / 3),
    needsPrompts: false,
    inWords: (value) => `keeping ${Number((value * 100).toPrecision(3))} % of what was learned`,
  },
  {
    name: 'promptSpread',
    ...factor(2.5, { least: 0.05, most: 1 }),
    needsPrompts: false,
    inWords: (value) => `trusting the words of a question at ${value}`,
  },
  {
    name: 'guessStrength',
    ...factor(3, { least: 1, most: 100 }),
    needsPrompts: false,
    inWords: (value) => `weighing the first guess like ${value} answers`,
  },
  {
    name: 'overallStrength',
    ...factor(3, { least: 1, most: 200 }),
    needsPrompts: false,
    inWords: (value) => `weighing other kinds of task like ${value} answers`,
  },
  {
    name: 'wordPace',
    ...factor(3, { least: 0.1, most: 10 }),
    needsPrompts: true,
    inWords: (value) => `learning words at ${value} times the pace`,
  },
];

function factor(by: number, { least, most }: { least: number; most: number }): Pick<Knob, 'less' | 'more'> {
  return { less: (value) => Math.max(least, value / by), more: (value) => Math.min(most, value * by) };
}

/** Each knob one step down and one up, everything else as it is now. */
export function neighboursOf(now: LearnerTuning, { withPrompts }: { withPrompts: boolean }): LearnerTuning[] {
  return KNOBS.filter(({ needsPrompts }) => withPrompts || !needsPrompts).flatMap(({ name, less, more }) =>
    [less, more]
      .map((step) => round(step(now[name])))
      .flatMap((value) => (value === now[name] ? [] : [{ ...now, [name]: value }])),
  );
}

/** One step more in the direction in which each single step was good, and all good ones together. */
export function furtherThan(now: LearnerTuning, good: readonly LearnerTuning[]): LearnerTuning[] {
  const [best] = good;
  if (best === undefined) return [];
  const together = { ...now };
  for (const { name } of KNOBS) {
    const moved = good.find((each) => each[name] !== now[name]);
    if (moved !== undefined) together[name] = moved[name];
  }
  const further = { ...together };
  for (const { name, less, more } of KNOBS) {
    if (best[name] !== now[name]) further[name] = round((best[name] < now[name] ? less : more)(best[name]));
  }
  const twice = { ...best };
  for (const { name } of KNOBS) if (best[name] !== now[name]) twice[name] = further[name];
  return [together, twice, further].filter(
    (each, place, all) => place === all.findIndex((other) => isSame(each, other)),
  );
}

export function isSame(one: LearnerTuning, other: LearnerTuning): boolean {
  return KNOBS.every(({ name }) => one[name] === other[name]);
}

/** What would be set otherwise, by path. */
export function changesBetween(before: LearnerTuning, after: LearnerTuning) {
  return KNOBS.filter(({ name }) => before[name] !== after[name]).map(({ name }) => ({
    path: `optimizer.learner.${name}`,
    before: before[name],
    after: after[name],
  }));
}

/** The same for a person: "keeping 85 % of what was learned, …". */
export function describeChanges(before: LearnerTuning, after: LearnerTuning): string {
  const changed = KNOBS.filter(({ name }) => before[name] !== after[name]);
  return changed.map(({ name, inWords }) => inWords(after[name])).join(', ');
}

/** Of a person's setting nobody wants twelve digits. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
