import type { JobCaller } from '../../../../src-main/engine/jobs/job-caller.ts';
import type { JobKind } from '../../../../src-main/engine/jobs/job-kind.ts';
import type { KeptPrompts } from '../../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { composeTraining } from '../../../../src-main/engine/compose-training.ts';
import { TASK_KINDS } from '../../../../src-main/engine/routing/request-profile.ts';
import type { LoggedDecision } from '../../../../src-main/engine/store/logged-decisions.ts';
import { LoggedDecisions } from '../../../../src-main/engine/store/logged-decisions.ts';
import type { RecordWriter } from '../../../../src-main/engine/store/record-writer.ts';
import type { CandidateRecord, DecisionRecord } from '../../../../src-main/engine/store/records.ts';
import { plantWorld, type PlantedOptions, type PlantedWorld } from '../../../../bench/training/planted-world.ts';
import { SCENARIOS } from '../../../../bench/training/worlds.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryResults } from '../../../support/run-job.ts';
import { makeRecord, openStore } from '../../store/support.ts';

export const ASKS_NOBODY: JobCaller = {
  ask: () => Promise.reject(new Error('training asks nobody')),
  unload: () => Promise.reject(new Error('training loads nothing')),
};

/** Two endpoints that change places, or that never do; every answer is judged by somebody. */
export function plant(name: 'they change places' | 'nothing changes', options: Partial<PlantedOptions>): PlantedWorld {
  const scenario = SCENARIOS.find((each) => each.name.startsWith(name) && each.isTold);
  if (scenario === undefined) throw new Error(`there is no world where ${name}`);
  return plantWorld({ seed: 1, requests: 4_000, ...scenario.options, ...options });
}

/** A log as it lies in a database file, and the job on it. */
export function openTraining(world: PlantedWorld, { kept = NOTHING_KEPT }: { kept?: KeptPrompts } = {}) {
  const { database, writer } = openStore();
  writeLog(writer, world);
  const clock = new ManualClock(world.nowMs);
  const results = new MemoryResults(clock);
  const training = { settings: world.settings };
  /** As another process would have it. */
  const createKind = (): JobKind => {
    const { kinds } = composeTraining({
      ...{ clock, results, kept, log: new LoggedDecisions(database), settings: () => training.settings },
      endpoints: () => world.endpoints,
      outputPriceOf: world.outputPriceOf,
    });
    const [kind] = kinds;
    if (kind === undefined) throw new Error('there is no job');
    return kind;
  };
  return { clock, results, createKind, training };
}

/** As the engine would have written it down. */
export function writeLog(writer: Pick<RecordWriter, 'append' | 'flush'>, world: PlantedWorld): void {
  for (const decision of world.log) {
    writer.append(toRecord(decision));
    for (const feedback of decision.feedback) writer.append({ requestId: decision.requestId, ...feedback });
  }
  writer.flush();
}

export const NOTHING_KEPT: KeptPrompts = {
  list: () => [],
  read: () => null,
  seal: () => null,
  unseal: () => null,
  onErased: () => () => undefined,
};

function toRecord(logged: LoggedDecision) {
  const { strategy, actsAs, path, explored, escalated, keptPrivate, answeredBy, reward, signal } = logged;
  const decision: DecisionRecord = {
    ...{ strategy, actsAs, path, explored, escalated, keptPrivate, answeredBy, reward, signal, refusals: [] },
    kind: TASK_KINDS.find((kind) => kind === logged.kind) ?? 'chat',
    candidates: logged.candidates.map(toCandidate),
  };
  return makeRecord({ id: logged.requestId, startedAtMs: logged.startedAtMs, decision });
}

function toCandidate(view: LoggedDecision['candidates'][number]): CandidateRecord {
  const known = (figure: number | null): number => figure ?? 0;
  const { quality, latency, cost, energy, pressure, preference } = view.parts;
  return {
    endpointId: view.endpointId,
    ...{ score: known(view.score), propensity: known(view.propensity), firstTokenMs: known(view.firstTokenMs) },
    ...{ tokensPerSecond: known(view.tokensPerSecond), quality: known(view.quality), qualitySd: known(view.qualitySd) },
    ...{ costNanoUsd: view.costNanoUsd, energyJoules: view.energyJoules },
    parts: {
      ...{ quality: known(quality), latency: known(latency), cost: known(cost) },
      ...{ energy: known(energy), pressure: known(pressure), preference: known(preference) },
    },
  };
}
