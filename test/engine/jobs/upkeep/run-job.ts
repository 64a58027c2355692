import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Finding } from '../../../../src-shared/jobs.ts';
import type { JobCaller } from '../../../../src-main/engine/jobs/job-caller.ts';
import type { FindingDraft, JobKind, JobWork, ProposalDraft } from '../../../../src-main/engine/jobs/job-kind.ts';
import type { Clock } from '../../../../src-main/engine/ports.ts';
import type { JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';

export interface RanJob {
  /** Of `plan` when there was nothing to do, else of the last unit. */
  found: string | null;
  units: number;
  /** Open at the end, by key. */
  findings: Map<string, FindingDraft>;
  proposals: ProposalDraft[];
}

interface RunOptions {
  clock?: Clock;
  trigger?: JobWork['run']['trigger'];
  /** Open from runs before. */
  findings?: Map<string, FindingDraft>;
  /** Called before each unit with what will be done. */
  before?: (checkpoint: JsonValue) => void | Promise<void>;
  signal?: AbortSignal;
}

const NO_CALLER: JobCaller = {
  ask: () => Promise.reject(new Error('this job asks nobody')),
  unload: () => Promise.reject(new Error('this job loads nothing')),
};

/** Does all units of a run as the queue does: every checkpoint goes through JSON and is read again. Rejects as a unit does. */
export async function runJob<Checkpoint extends JsonValue>(
  kind: JobKind<Checkpoint>,
  options: RunOptions = {},
): Promise<RanJob> {
  const { clock = new ManualClock(), trigger = 'schedule', signal = new AbortController().signal } = options;
  const ran: RanJob = {
    found: null,
    units: 0,
    findings: options.findings ?? new Map<string, FindingDraft>(),
    proposals: [],
  };
  const planned = kind.plan();
  if (planned.kind === 'nothing') return { ...ran, found: planned.sentence };
  let checkpoint: Checkpoint | null = planned.checkpoint;
  const work: JobWork = {
    ...{ signal, clock, log: new SilentLog(), models: NO_CALLER, random: () => 0.5 },
    run: { id: 'run', job: kind.name, trigger, createdAtMs: clock.nowMs() },
    breathe: async () => {
      await nextTurn();
    },
    doing: () => undefined,
  };
  while (checkpoint !== null) {
    await options.before?.(checkpoint);
    const outcome = await kind.unit(kind.checkpoint.parse(JSON.parse(JSON.stringify(checkpoint))), work);
    ran.units += 1;
    if (ran.units > 5_000) throw new Error('the run does not end');
    for (const prefix of outcome.resolves?.keyPrefixes ?? []) {
      for (const key of ran.findings.keys()) if (key.startsWith(prefix)) ran.findings.delete(key);
    }
    for (const finding of outcome.findings ?? []) ran.findings.set(finding.key, finding);
    ran.proposals.push(...(outcome.proposals ?? []));
    ran.found = outcome.found ?? ran.found;
    checkpoint = outcome.next;
  }
  return ran;
}

export function severities({ findings }: RanJob): Record<string, Finding['severity']> {
  return Object.fromEntries([...findings].map(([key, { severity }]) => [key, severity]));
}
