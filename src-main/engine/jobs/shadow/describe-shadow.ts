import type { Interval } from '../../../../src-shared/jobs.ts';
import type { ShadowSummary } from './summarise-shadow.ts';

/** What could have stayed local, in a sentence. */
export function describeShadow(summary: ShadowSummary): string {
  const { cloudRequests, judgedRequests, best, savedPerMonthNanoUsd } = summary;
  if (cloudRequests === 0) return 'No answer of the cloud has been looked at yet.';
  const quality = best?.quality ?? null;
  if (best === null || quality === null) {
    return `Of ${count(cloudRequests, 'request')} that the cloud answered, ${judgedRequests} could be judged so far: too few to tell what could have stayed local.`;
  }
  const share = `${best.endpoint} would have answered about ${percents(quality)} as well`;
  const money =
    savedPerMonthNanoUsd === null || savedPerMonthNanoUsd.high === 0
      ? ''
      : `, worth about ${dollars(savedPerMonthNanoUsd)} a month`;
  return `Of ${count(cloudRequests, 'kept request')} that the cloud answered, ${judgedRequests} were judged: ${share}${money}.`;
}

/** "64 % (between 55 and 72 %)". */
export function percents({ mean, low, high }: Interval): string {
  return `${Math.round(mean * 100)} % (between ${Math.round(low * 100)} and ${Math.round(high * 100)} %)`;
}

/** Of nano-dollars: "$3.10 (between $2.60 and $3.50)". */
export function dollars({ mean, low, high }: Interval): string {
  const print = (nanoUsd: number) => `$${(nanoUsd / 1e9).toFixed(2)}`;
  return `${print(mean)} (between ${print(low)} and ${print(high)})`;
}

function count(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}
