import type { OptimizerStatus, WindowView } from '../../../src-shared/optimizer.ts';
import { strategy as strategySchema, type Strategy } from '../../../src-shared/strategy.ts';
import { ControlClient } from '../control-client.ts';
import { printTable, usd } from '../print-table.ts';
import { CommandError } from '../run-command.ts';

/** `pointsman strategy [NAME]`: how requests are routed, or another way from now on. */
export async function strategy(name: string | undefined, options: { json?: boolean }): Promise<void> {
  const client = ControlClient.open();
  const status = await (name === undefined
    ? client.call('optimizer.read', {})
    : client.call('optimizer.change', { strategy: parse(name) }));
  if (options.json === true) console.log(JSON.stringify(status, null, 2));
  else print(status);
}

function parse(name: string): Strategy {
  const parsed = strategySchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new CommandError(`"${name}" is no strategy: choose one of ${strategySchema.options.join(', ')}.`, 2);
}

function print(status: OptimizerStatus): void {
  const { preferences, exploration, learning } = status;
  const acting = status.strategy === status.actsAs ? '' : `, acting as ${status.actsAs} now`;
  console.log(`Strategy ${status.strategy}${acting}${status.enabled ? '' : ' (the optimizer is switched off)'}`);
  console.log(
    `Preferences: local bias ${preferences.localBias.toFixed(2)}, races from ${preferences.parallelThreshold.toFixed(2)}, ` +
      `time limits x${preferences.timeoutMultiplier.toFixed(2)}, quality wanted ${preferences.qualityThreshold.toFixed(2)}`,
  );
  console.log(
    `Learned from ${Math.round(learning.observations)} answers; exploring ${exploration.enabled ? 'on' : 'off'}, ` +
      `${usd(exploration.spentNanoUsdToday / 1e9)} of ${usd(exploration.allowanceNanoUsdToday / 1e9)} spent on it today`,
  );
  for (const sentence of status.degraded) console.log(`Warning: ${sentence}`);
  for (const { name, total, byPath } of status.windows) {
    console.log(`\nLast ${name}:`);
    printTable(
      ['PATH', '>REQUESTS', '>OK', '>FIRST P50', '>FIRST P95', '>COST', '>QUALITY'],
      [windowRow('all', total), ...Object.entries(byPath).map(([path, view]) => windowRow(path, view))],
    );
  }
  const last = status.adaptations.slice(0, 5);
  if (last.length > 0) console.log('\nLatest adaptations:');
  for (const { atMs, reason } of last) console.log(`${new Date(atMs).toLocaleTimeString()}  ${reason}`);
}

function windowRow(name: string, view: WindowView): string[] {
  return [
    name,
    String(view.requests),
    view.successRate === null ? '?' : `${Math.round(view.successRate * 100)} %`,
    milliseconds(view.firstTokenP50Ms),
    milliseconds(view.firstTokenP95Ms),
    `${usd(view.costNanoUsd / 1e9)}${view.unknownCosts > 0 ? ` + ${view.unknownCosts} unknown` : ''}`,
    view.quality === null ? '?' : view.quality.toFixed(2),
  ];
}

function milliseconds(durationMs: number | null): string {
  return durationMs === null ? '?' : `${Math.round(durationMs)} ms`;
}
