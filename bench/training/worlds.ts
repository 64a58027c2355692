import type { PlantedOptions } from './planted-world.ts';

/** Two endpoints whose truth is planted. */
export interface TrainingScenario {
  name: string;
  /** Would learning in another way truly be better? */
  hasBetter: boolean;
  /** What was seen of answers is the truth about them, so that the interval is to cover it. */
  isTold: boolean;
  options: Pick<PlantedOptions, 'qualityOf' | 'rated' | 'explored'> & Partial<Pick<PlantedOptions, 'otherwise'>>;
}

/** Requests until the two change places. */
const PERIOD = 300;
const EXPLORED = 0.1;

const changing: PlantedOptions['qualityOf'] = (place, endpointId, kind) => {
  const isFirst = (Math.floor(place / PERIOD) + (kind === 'code' ? 1 : 0)) % 2 === 0;
  return endpointId.startsWith('ollama/') === isFirst ? 0.95 : 0.2;
};
const steady: PlantedOptions['qualityOf'] = (_place, endpointId, kind) => {
  if (endpointId.startsWith('ollama/')) return kind === 'chat' ? 0.88 : 0.55;
  return kind === 'code' ? 0.6 : 0.8;
};
const alike: PlantedOptions['qualityOf'] = () => 0.75;
const SAME = [-2_000_000, -2_000_000] as const;

/** Each with few answers judged by somebody, and with all. */
export const SCENARIOS: readonly TrainingScenario[] = [0.3, 1].flatMap((rated): TrainingScenario[] => {
  const some = { isTold: rated === 1 };
  const judged = rated === 1 ? 'all judged' : `${rated * 100} % judged`;
  const habits = { rated, explored: EXPLORED };
  return [
    { name: `they change places, ${judged}`, hasBetter: true, ...some, options: { qualityOf: changing, ...habits } },
    { name: `nothing changes, ${judged}`, hasBetter: false, ...some, options: { qualityOf: steady, ...habits } },
    {
      name: `both are alike, ${judged}`,
      hasBetter: false,
      ...some,
      options: { qualityOf: alike, otherwise: SAME, ...habits },
    },
  ];
});
