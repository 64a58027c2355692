import { stratumOf } from './cost-class.ts';
import { hashToUnit } from './hash-to-unit.ts';
import type { SeenRecord } from './records.ts';

/**
 * Which prompts to answer again: those that make the answer most certain. Prompts lie in strata by kind of task and cost; each
 * draw goes where it takes most from the uncertainty of share and money (Neyman's allocation, one by one), and within a
 * stratum the order is by chance (a hash of the id, the same in every run), so that what was judged is always a plain sample of it.
 * Answers of the cloud come first: what a local model answered tells only how local models compare.
 */
export function choosePrompts(options: {
  seen: Iterable<SeenRecord>;
  /** It is answered and judged, or cannot be. */
  isDone: (prompt: SeenRecord) => boolean;
  /** Corrected verdicts so far by stratum: sum and count. */
  known: ReadonlyMap<string, { sum: number; count: number }>;
  most: number;
}): string[] {
  const prompts = [...options.seen].filter(({ noMeasure }) => noMeasure === null);
  const cloud = draw(
    prompts.filter(({ track }) => track === 'cloud'),
    options,
  );
  const others = prompts.filter((prompt) => prompt.track === 'local' && !options.isDone(prompt));
  return [...cloud, ...byChance(others)].slice(0, options.most).map(({ requestId }) => requestId);
}

interface Stratum {
  /** Its share of all requests and of all money, between the two. */
  weight: number;
  waiting: SeenRecord[];
  drawn: number;
  spread: number;
}

function draw(prompts: readonly SeenRecord[], options: Parameters<typeof choosePrompts>[0]): SeenRecord[] {
  const strata = toStrata(prompts, options);
  const chosen: SeenRecord[] = [];
  while (chosen.length < options.most) {
    let best: Stratum | null = null;
    for (const stratum of strata) {
      if (stratum.waiting.length > 0 && (best === null || gainOf(stratum) > gainOf(best))) best = stratum;
    }
    const next = best?.waiting.shift();
    if (best === null || next === undefined) break;
    best.drawn += 1;
    chosen.push(next);
  }
  return chosen;
}

/** What one more draw takes from the variance of a stratified mean: W²σ²(1/n − 1/(n+1)), with one draw to begin with. */
function gainOf({ weight, spread, drawn }: Stratum): number {
  return (weight ** 2 * spread) / ((drawn + 1) * (drawn + 2));
}

function toStrata(prompts: readonly SeenRecord[], options: Parameters<typeof choosePrompts>[0]): Stratum[] {
  const money = prompts.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
  return [...Map.groupBy(prompts, stratumOf)].map(([name, members]) => {
    const { sum, count } = options.known.get(name) ?? { sum: 0, count: 0 };
    const mean = Math.min(1, Math.max(0, (sum + 1) / (count + 2)));
    const cost = members.reduce((total, { costNanoUsd }) => total + (costNanoUsd ?? 0), 0);
    const ofMoney = money === 0 ? members.length / prompts.length : cost / money;
    return {
      weight: (members.length / prompts.length + ofMoney) / 2,
      waiting: byChance(members.filter((prompt) => !options.isDone(prompt))),
      drawn: members.filter(options.isDone).length,
      spread: Math.max(0.05, mean * (1 - mean)),
    };
  });
}

function byChance(prompts: readonly SeenRecord[]): SeenRecord[] {
  const places = new Map(prompts.map(({ requestId }) => [requestId, hashToUnit(requestId)]));
  return prompts.toSorted((one, other) => (places.get(one.requestId) ?? 0) - (places.get(other.requestId) ?? 0));
}
