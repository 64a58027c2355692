import type { Evaluation } from '../../../src-shared/optimizer.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';

/** `pointsman evaluate`: what another way of choosing would have earned on the decisions of the past days. */
export async function evaluate(options: { policy?: string; days?: number; json?: boolean }): Promise<void> {
  const found = await ControlClient.open().call('optimizer.evaluate', {
    policy: options.policy,
    days: options.days,
  });
  if (options.json === true) console.log(JSON.stringify(found, null, 2));
  else print(found);
}

function print(found: Evaluation): void {
  console.log(found.sentence);
  if (found.decisions === 0) return;
  console.log('');
  printTable(
    ['ESTIMATE', '>REWARD', '>95 % FROM', '>TO'],
    [
      ['as it was', number(found.logged), '', ''],
      row('inverse propensity (IPS)', found.ips),
      row('self-normalised (SNIPS)', found.snips),
      row('doubly robust', found.doublyRobust),
    ],
  );
  console.log(
    `\n${found.decisions} decisions, worth ${Math.round(found.effectiveSampleSize)} made by this policy itself` +
      (found.refused > 0 ? `; ${found.refused} could not be used` : ''),
  );
}

function row(name: string, estimate: Evaluation['ips']): string[] {
  return estimate === null
    ? [name, '?', '', '']
    : [name, number(estimate.mean), number(estimate.low), number(estimate.high)];
}

function number(value: number | null): string {
  return value === null ? '?' : value.toFixed(3);
}
