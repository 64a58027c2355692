import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import type { BudgetAlert } from '../../../src-shared/money.ts';
import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Clock } from '../ports.ts';
import type { Registry } from '../providers/registry.ts';
import type { Notices } from './notices.ts';
import { toProviderNews, type ProviderStates } from './provider-news.ts';

/** Many changes of providers come together: it is looked at them no oftener. */
const EVERY_MS = 250;

/**
 * Makes news of what happens: providers that go and come, keys that are refused, a strategy that changes by itself. What
 * holds the idle gate is none: it comes and goes all day. The returned function leaves no timer.
 */
export function watchNews(parts: {
  clock: Clock;
  notices: Notices;
  registry: Pick<Registry, 'status' | 'onChange'>;
  optimizer: { onAdapted(listener: (adaptation: AdaptationView) => void): () => void };
}): () => void {
  const { clock, notices, registry, optimizer } = parts;
  let states: ProviderStates = new Map();
  let cancelTimer: (() => void) | null = null;
  let notBeforeMs = -Infinity;
  const look = () => {
    cancelTimer = null;
    notBeforeMs = clock.monotonicMs() + EVERY_MS;
    const found = toProviderNews(states, registry.status());
    ({ states } = found);
    for (const news of found.news) notices.tell(news);
    for (const { matter, back } of found.over) {
      if (!notices.settle(matter) || back === null) continue;
      notices.tell(back);
      notices.settle(back.matter);
    }
  };
  let actedAs: Strategy | null = null;
  const stopListening = [
    registry.onChange(() => (cancelTimer ??= clock.after(Math.max(0, notBeforeMs - clock.monotonicMs()), look))),
    optimizer.onAdapted(({ strategy, actsAs, reason }) => {
      const before = actedAs;
      actedAs = actsAs;
      if (strategy !== 'adaptive' || before === actsAs) return;
      const title = `Strategy: adaptive now acts as ${actsAs.replace('_', ' ')}`;
      // The first part of the reason is about this; the others are about single preferences.
      const [text = reason] = reason.split('; ');
      notices.tell({ matter: 'acts-as', level: 'info', title, text, view: 'optimizer' });
      notices.settle('acts-as');
    }),
  ];
  return () => {
    cancelTimer?.();
    for (const stop of stopListening) stop();
  };
}

const TITLES: Readonly<Record<BudgetAlert['level'], string | null>> = {
  50: null,
  80: 'Most of a budget is spent',
  100: 'A budget is used up',
  pace: 'Spending is ahead of its pace',
};

/** Half a budget is no news; what the alarm tells, it tells once in its day or month. */
export function tellOfBudget(notices: Notices, { scope, id, period, level, sentence }: BudgetAlert): void {
  const title = TITLES[level];
  if (title === null) return;
  const matter = `budget/${scope}/${id ?? ''}/${period}/${level}`;
  notices.tell({ matter, level: 'warning', title, text: sentence, view: 'spend' });
  notices.settle(matter);
}
