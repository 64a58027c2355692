import { formatRows } from '../format-rows.ts';
import type { GainFigures, RoutingFigures } from './measure-gain.ts';

/** What routing was like without and with shadow evaluation, as a table. */
export function formatGain({ before, after, judged }: GainFigures): string {
  const row = (name: string, figures: RoutingFigures) => [
    name,
    `${(figures.localShare * 100).toFixed(1)} %`,
    `$${figures.costUsd.toFixed(3)}`,
    figures.quality.toFixed(4),
    figures.total.toFixed(3),
  ];
  const titles = ['Thursday to Sunday', 'local', 'cost', 'quality', 'total (less is better)'];
  return formatRows([titles, row('without', before), row(`with ${judged.toFixed(0)} judged`, after)]);
}
