import type { ModelStatus } from '../../../src-shared/control.ts';
import type { GateView } from '../../../src-shared/machine.ts';
import type { BudgetStatus } from '../../../src-shared/money.ts';
import type { OptimizerStatus } from '../../../src-shared/optimizer.ts';
import type { Clock } from '../../engine/ports.ts';
import { formatUsd } from '../demo-table.ts';
import { wait } from '../wait.ts';
import type { ControlCalls } from './control-calls.ts';
import type { Readings, ShownModel } from './show-state.ts';

const EVERY_MS = 300;

/** Asks the control API again and again for what the frame shows beside the requests, until the signal. Never rejects. */
export async function watchReadings(options: {
  clock: Clock;
  control: ControlCalls;
  signal: AbortSignal;
  onReadings: (readings: Readings) => void;
}): Promise<void> {
  const { clock, control, signal, onReadings } = options;
  while (!signal.aborted) {
    try {
      onReadings(await readAll(control));
    } catch {
      // A look that fails leaves the figures as they were; the scenes say what is wrong with the gateway.
    }
    await wait(clock, EVERY_MS, signal);
  }
}

/** One look at everything. */
export async function readAll(control: ControlCalls): Promise<Readings> {
  const [status, gate, resources, spend, models] = await Promise.all([
    control.optimizer(),
    control.gate(),
    control.resources(),
    control.spend(),
    control.models(),
  ]);
  const { power } = resources;
  return {
    strategy: status.strategy,
    actsAs: status.actsAs,
    spentNanoUsd: spend.today.costNanoUsd,
    savedNanoUsd: spend.savings.savedNanoUsd,
    reference: spend.savings.reference,
    budget: describeBudget(spend.budgets[0]),
    onBattery: power.source === null ? null : power.source === 'battery',
    batteryPercent: power.batteryPercent,
    gateOpen: gate.open,
    gateWhy: whyClosed(gate),
    models: models.filter(({ capabilities }) => capabilities.embeddings !== true).map((each) => toShown(each, status)),
    adaptation: status.adaptations[0]?.reason ?? null,
  };
}

/** `newsletter: $0.0012 of $0.002 a day spent, $0.0008 left`. */
function describeBudget(budget: BudgetStatus | undefined): string | null {
  if (budget === undefined) return null;
  const { id, period, spentNanoUsd, limitNanoUsd, leftNanoUsd } = budget;
  const [spent, limit, left] = [spentNanoUsd, limitNanoUsd, leftNanoUsd].map(formatUsd);
  return `${id ?? 'all'}: ${spent} of ${limit} a ${period} spent, ${left} left`;
}

/** The conditions that hold the gate closed, each with its value and what is needed. */
export function whyClosed({ conditions }: Pick<GateView, 'conditions'>): string {
  return conditions
    .filter(({ met }) => met !== true)
    .map(({ sentence }) => sentence)
    .join(' ');
}

function toShown(model: ModelStatus, { learning }: OptimizerStatus): ShownModel {
  const learned = learning.endpoints.find(({ endpoint }) => endpoint === model.id);
  return {
    name: model.model,
    track: model.track,
    loaded: model.loaded,
    circuit: model.circuit,
    active: model.active,
    quality: learned?.quality ?? null,
    evidence: learned?.observations ?? 0,
  };
}
