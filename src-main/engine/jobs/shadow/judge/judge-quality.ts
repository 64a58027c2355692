import type { ControlRecord, Judgement } from './judgement.ts';

/** The mean verdict on answers of one known worth, in [0, 1], and how far it may be off. */
export interface Rate {
  mean: number;
  variance: number;
}

/** What is known of a judge. */
export interface JudgeQuality {
  /** Pairs that it was asked about, controls included. */
  asked: number;
  /** Of them, judged the same in both orders; null: not asked yet. */
  agreement: number | null;
  /** Mean verdict on answers that are as good, and on those that are not. */
  ofGood: Rate;
  ofBad: Rate;
  /** 0: it knows nothing; 1: it is always right (Youden's index). */
  skill: number;
  /** Controls that are still wanted before it can be believed. */
  controlsWanted: number;
  /** Something was found that rules it out. */
  rejected: boolean;
  usable: boolean;
  sentence: string;
}

/** Of each truth. Fewer, and what is not known of the judge outweighs what is not known of the answers. */
const CONTROLS_OF_EACH = 25;
/** Its skill less so many standard errors must exceed this: below it every verdict costs more noise than it tells. */
const LEAST_SKILL = 0.25;
const SURE = 1.645;
/** Of its preferences, at most so many may be for the same place. */
const MOST_FOR_ONE_PLACE = 0.8;
const TELLING_ASKS = 20;
/** Mean verdict on bad answers that are longer, less that on bad answers that are shorter. */
const MOST_LENGTH_BIAS = 0.5;
const TELLING_LENGTHS = 4;
const CLEARLY_LONGER = 1.2;
const MOST_UNREAD = 0.3;

/**
 * Judges a judge: by controls whose truth is known, by whether it stays with its verdict when the answers change places, and by
 * whether place or length decide. `controls` and `others` are its judgements of controls and of real pairs.
 */
export function toJudgeQuality(controls: readonly ControlRecord[], others: readonly Judgement[]): JudgeQuality {
  const all: readonly Judgement[] = [...controls, ...others];
  const good = controls.filter(({ truth }) => truth);
  const bad = controls.filter(({ truth }) => !truth);
  const ofGood = toRate(good);
  const ofBad = toRate(bad);
  const skill = ofGood.mean - ofBad.mean;
  const short = Math.max(0, CONTROLS_OF_EACH - good.length) + Math.max(0, CONTROLS_OF_EACH - bad.length);
  const agreement = all.length === 0 ? null : all.filter(({ agreed }) => agreed).length / all.length;
  const fault = findFault({ all, bad, skill, error: Math.sqrt(ofGood.variance + ofBad.variance), short });
  return {
    asked: all.length,
    agreement,
    ofGood,
    ofBad,
    skill,
    controlsWanted: short,
    rejected: fault !== null,
    usable: fault === null && short === 0,
    sentence: fault ?? sentenceOf({ short, controls, agreement }),
  };
}

/**
 * With half a verdict of each kind added to the mean (Jeffreys) and one of each to the variance, so that "never wrong so far"
 * is not "never wrong" (Lang & Reiczigel, Prev. Vet. Med. 113, 2014, who add one to both; that pulls estimates outwards).
 */
function toRate(records: readonly Judgement[]): Rate {
  const sum = records.reduce((total, { value }) => total + value, 0);
  const careful = (sum + 1) / (records.length + 2);
  return { mean: (sum + 0.5) / (records.length + 1), variance: (careful * (1 - careful)) / (records.length + 2) };
}

function findFault(seen: {
  all: readonly Judgement[];
  bad: readonly ControlRecord[];
  skill: number;
  error: number;
  short: number;
}): string | null {
  const { all, bad, skill, error, short } = seen;
  const asks = all.length * 2;
  const firsts = sum(all, ({ firsts: count }) => count);
  const placed = firsts + sum(all, ({ seconds }) => seconds);
  if (asks >= TELLING_ASKS && sum(all, ({ unread }) => unread) / asks > MOST_UNREAD) {
    return 'It is not used: it often does not answer in a way that can be read.';
  }
  if (placed >= TELLING_ASKS && Math.max(firsts, placed - firsts) / placed > MOST_FOR_ONE_PLACE) {
    const place = firsts * 2 > placed ? 'first' : 'second';
    return `It is not used: it prefers whatever is shown ${place}, in ${percent(Math.max(firsts, placed - firsts) / placed)} of its choices.`;
  }
  const bias = lengthBias(bad);
  if (bias !== null && Math.abs(bias) > MOST_LENGTH_BIAS) {
    return `It is not used: it prefers the ${bias > 0 ? 'longer' : 'shorter'} answer, even where that one is known to be bad.`;
  }
  if (short === 0 && skill - SURE * error < LEAST_SKILL) {
    return 'It is not used: on answers whose worth is known it does hardly better than chance.';
  }
  return null;
}

/** null: too few bad answers of different length. */
function lengthBias(bad: readonly ControlRecord[]): number | null {
  const longer = bad.filter(({ otherLength }) => otherLength >= CLEARLY_LONGER);
  const shorter = bad.filter(({ otherLength }) => otherLength <= 1 / CLEARLY_LONGER);
  if (longer.length < TELLING_LENGTHS || shorter.length < TELLING_LENGTHS) return null;
  const mean = (records: readonly Judgement[]) => sum(records, ({ value }) => value) / records.length;
  return mean(longer) - mean(shorter);
}

function sentenceOf({
  short,
  controls,
  agreement,
}: {
  short: number;
  controls: readonly ControlRecord[];
  agreement: number | null;
}): string {
  if (short > 0) {
    return `It is being tested: ${controls.length} pairs of answers of known worth were judged, ${short} more are needed before it is believed.`;
  }
  const right = controls.filter(({ truth, value }) => value === (truth ? 1 : 0)).length / controls.length;
  const stays =
    agreement === null ? '' : ` It stayed with its verdict in ${percent(agreement)} when the answers changed places.`;
  return `It judged ${percent(right)} of ${controls.length} pairs of known worth rightly.${stays}`;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
