import type { Figures } from './figures.ts';

export interface Demand {
  demand: string;
  value: number;
  limit: string;
  verdict: 'OK' | 'MISS';
}

const MOST_INTERACTIVE_MS = 500;
const MOST_GROWTH_MB = 20;

export function judge({ interactive, open }: Figures): Demand[] {
  return [
    judged(
      'time to interactive, median (ms)',
      interactive.medianMs,
      interactive.medianMs <= MOST_INTERACTIVE_MS,
      `<= ${MOST_INTERACTIVE_MS}`,
    ),
    judged(
      'growth in ten minutes (MB)',
      open.growthMbInTenMinutes,
      open.growthMbInTenMinutes < MOST_GROWTH_MB,
      `< ${MOST_GROWTH_MB}`,
    ),
    judged('events that the page did not get', open.sent - open.received, open.sent === open.received, '0'),
  ];
}

function judged(demand: string, value: number, isMet: boolean, limit: string): Demand {
  return { demand, value, limit, verdict: isMet ? 'OK' : 'MISS' };
}
