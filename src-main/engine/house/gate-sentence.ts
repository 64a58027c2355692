import type { GateCondition, GateConditionName, GateView } from '../../../src-shared/machine.ts';

/** How a condition is told in a line of the tray, where its own sentence is too long; others are told by their label. */
const SHORT: Readonly<Partial<Record<GateConditionName, (condition: GateCondition, view: GateView) => string>>> = {
  awake: () => 'the machine goes to sleep',
  not_paused: ({ value }) => value ?? 'by you',
  settled: ({ value, limit }) => `${value ?? 'just woken'} (needs ${limit})`,
  power: (condition, view) => {
    if (condition.value === null) return 'power unknown (needs mains)';
    const percent = conditionOf(view, 'battery')?.value ?? null;
    return `on battery${percent === null || percent === 'none' ? '' : ` ${percent}`} (needs mains)`;
  },
  battery: ({ value, limit }, view) => {
    if (value === null) return `battery unknown (needs ${withoutAbove(limit)})`;
    const isFed = conditionOf(view, 'power')?.value === 'on mains';
    return `${isFed ? 'battery at' : 'on battery'} ${value} (needs ${withoutAbove(limit)})`;
  },
  quiet: ({ value, limit }) => `requests ${value ?? 'unknown'} (needs ${limit})`,
  user_away: ({ value, limit }) =>
    `keyboard and pointer ${value ?? 'unknown'} (needs ${limit.replace(/^untouched for /, '')})`,
};

/**
 * What the idle gate says in the tray: `ready to optimize`, or why not, with the measured value and the limit: `optimizing
 * paused: on battery 34 % (needs 40 %)`. Of several reasons the first is told.
 */
export function toGateSentence(view: GateView): string {
  if (view.open) return 'ready to optimize';
  const [name] = view.closedBy;
  const condition = name === undefined ? undefined : conditionOf(view, name);
  if (condition === undefined) return 'optimizing paused';
  return `optimizing paused${view.paused ? ' ' : ': '}${reasonOf(condition, view)}`;
}

function reasonOf(condition: GateCondition, view: GateView): string {
  const { name, label, value, limit } = condition;
  return SHORT[name]?.(condition, view) ?? `${label} ${value ?? 'unknown'} (needs ${limit})`;
}

function conditionOf({ conditions }: GateView, name: GateConditionName): GateCondition | undefined {
  return conditions.find((condition) => condition.name === name);
}

function withoutAbove(limit: string): string {
  return limit.replace(/^above /, '');
}
