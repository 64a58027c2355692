import type { Connection } from './database.ts';
import { quarterHourOf } from './quarter-hours.ts';
import type { AttemptRecord, RequestRecord } from './records.ts';
import { integerOrNull, millijoules } from './stored-numbers.ts';

const ADD = `
  INSERT INTO usage_quarter_hours VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (start_ms, app, provider_id, track) DO UPDATE SET
    requests = requests + excluded.requests,
    failed = failed + excluded.failed,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd,
    unknown_costs = unknown_costs + excluded.unknown_costs,
    compared = compared + excluded.compared,
    reference_nano_usd = reference_nano_usd + excluded.reference_nano_usd,
    compared_cost_nano_usd = compared_cost_nano_usd + excluded.compared_cost_nano_usd,
    energy_millijoules = energy_millijoules + excluded.energy_millijoules,
    unknown_energies = unknown_energies + excluded.unknown_energies`;

/** What is summed, in the order of the columns behind the key. */
const NOTHING = {
  requests: 0,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unknownCosts: 0,
  compared: 0,
  referenceNanoUsd: 0,
  comparedCostNanoUsd: 0,
  energyMillijoules: 0,
  unknownEnergies: 0,
};

type Usage = typeof NOTHING;

/** Who asked and who answered, and when; '' for none. */
interface Place {
  startMs: number;
  app: string;
  providerId: string;
  track: string;
}

interface Sum extends Place {
  usage: Usage;
}

/** Sums by place. Neighbours mostly belong to the same one, and then no key is made. */
interface Sums {
  all: Map<string, Sum>;
  latest: Sum | null;
}

/** Adds requests to the sums by quarter of an hour, app, provider and track: one write for each that occurs. */
export function createUsageAdder(connection: Connection): (records: readonly RequestRecord[]) => void {
  const add = connection.prepare(ADD);
  return (records) => {
    const sums: Sums = { all: new Map(), latest: null };
    for (const record of records) addRequest(sums, record);
    for (const { startMs, app, providerId, track, usage } of sums.all.values()) {
      add.run(startMs, app, providerId, track, ...Object.values(usage));
    }
  };
}

/** The request counts where it was answered, or tried last; its calls count where they were made. */
function addRequest(sums: Sums, record: RequestRecord): void {
  const { attempts } = record;
  const answering = attempts.findLast(({ outcome }) => outcome === 'ok') ?? attempts.at(-1);
  const usage = usageOf(sums, record, answering);
  usage.requests++;
  if (record.outcome === 'failed') usage.failed++;
  const energy = millijoules(record.energyJoules);
  if (energy === null) usage.unknownEnergies++;
  else usage.energyMillijoules += energy;
  compare(usage, record);
  for (const attempt of attempts) addCall(attempt === answering ? usage : usageOf(sums, record, attempt), attempt);
}

/** Savings are only told of requests of which both sides are known. */
function compare(usage: Usage, { attempts, referenceNanoUsd }: RequestRecord): void {
  const reference = integerOrNull(referenceNanoUsd);
  if (reference === null) return;
  let cost = 0;
  for (const { costNanoUsd } of attempts) {
    if (costNanoUsd === null) return;
    cost += costNanoUsd;
  }
  usage.compared++;
  usage.referenceNanoUsd += reference;
  usage.comparedCostNanoUsd += cost;
}

function addCall(sum: Usage, { usage, costNanoUsd }: AttemptRecord): void {
  sum.inputTokens += usage.inputTokens ?? 0;
  sum.outputTokens += usage.outputTokens ?? 0;
  if (costNanoUsd === null) sum.unknownCosts++;
  else sum.costNanoUsd += costNanoUsd;
}

function usageOf(sums: Sums, record: RequestRecord, attempt: AttemptRecord | undefined): Usage {
  const startMs = quarterHourOf(record.startedAtMs);
  const app = record.app ?? '';
  const providerId = attempt?.providerId ?? '';
  const track = attempt?.track ?? '';
  const { latest } = sums;
  if (latest !== null && isSame(latest, { startMs, app, providerId, track })) return latest.usage;
  const key = `${startMs}\n${app}\n${providerId}\n${track}`;
  let sum = sums.all.get(key);
  if (sum === undefined) sums.all.set(key, (sum = { startMs, app, providerId, track, usage: { ...NOTHING } }));
  sums.latest = sum;
  return sum.usage;
}

function isSame(a: Place, b: Place): boolean {
  return a.startMs === b.startMs && a.app === b.app && a.providerId === b.providerId && a.track === b.track;
}
