import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobKind, JobWork, Planned, UnitOutcome } from '../job-kind.ts';
import {
  benchmarkCheckpoint,
  REPETITIONS,
  unitsOf,
  type BenchmarkCheckpoint,
  type ModelUnderTest,
} from './benchmark-checkpoint.ts';
import type { BenchmarkParts } from './benchmark-parts.ts';
import { lastCalm, toResults } from './benchmark-results.ts';
import { chooseModels } from './choose-models.ts';
import { compareBenchmarks } from './compare-benchmarks.ts';
import { describeChanges, resolvedKeys, toFindings } from './describe-changes.ts';
import { loadModel, measureOnce, type Measured } from './measure-model.ts';
import { summariseSamples } from './summarise-samples.ts';

type Outcome = UnitOutcome<BenchmarkCheckpoint>;

export interface BenchmarkJob extends JobKind<BenchmarkCheckpoint> {
  /** The next run that is planned measures this model (endpoint id) only; null: all. */
  only(endpointId: string | null): void;
}

/** Of most models two prompt lengths fit. */
const USUAL_CONTEXTS = 2;

/** Measures local models one by one: a unit is a single call, and what a model did is kept with its last one. */
export function createBenchmarkJob(parts: BenchmarkParts): BenchmarkJob {
  let wanted: string | null = null;
  return {
    name: 'model-benchmark',
    title: 'Measuring local models',
    description:
      'How long each local model takes to load, how fast it reads and writes, and what memory it needs: so that predictions start from this machine, and a driver, a heat problem or a changed model is noticed.',
    heavy: true,
    checkpoint: benchmarkCheckpoint,
    only(endpointId) {
      wanted = endpointId;
    },
    plan() {
      const only = wanted;
      wanted = null;
      return planRun(parts, only);
    },
    unit: (checkpoint, work) => runUnit(parts, checkpoint, work),
  };
}

function planRun(parts: BenchmarkParts, only: string | null): Planned<BenchmarkCheckpoint> {
  const models = chooseModels(parts.endpoints(), parts.machine())
    .map(({ id }) => id)
    .filter((id) => only === null || id === only);
  if (models.length === 0) {
    const sentence =
      only === null ? 'There is no local model that could be measured.' : `${only} cannot be measured on this machine.`;
    return { kind: 'nothing', sentence };
  }
  const checkpoint = { waiting: models, current: null, unitsDone: 0, measured: [], sentences: [] };
  return { kind: 'begin', checkpoint, unitsTotal: models.length * unitsOf(USUAL_CONTEXTS) };
}

async function runUnit(parts: BenchmarkParts, checkpoint: BenchmarkCheckpoint, work: JobWork): Promise<Outcome> {
  const id = checkpoint.current?.endpoint ?? checkpoint.waiting[0];
  if (id === undefined) return goOn({ ...checkpoint, waiting: [] });
  const endpoint = parts.endpoints().find((each) => each.id === id);
  if (endpoint === undefined) return giveUp(checkpoint, `${id} was not measured: it is not there any more.`);
  const blocked = parts.blocked(endpoint);
  if (blocked !== null) return giveUp(checkpoint, `${id} was not measured: ${blocked}.`);
  const { current } = checkpoint;
  if (current === null) {
    work.doing(`Loading ${id}`);
    return begin(checkpoint, await loadModel(parts, endpoint, work));
  }
  const context = Math.floor(current.samples.length / REPETITIONS);
  work.doing(`Measuring ${id} with a prompt of ${current.promptTokens[context] ?? 0} tokens`);
  const measured = await measureOnce(parts, { endpoint, model: current, context }, work);
  if (!measured.ok) return giveUp(checkpoint, measured.sentence);
  if (measured.value.samples.length < current.promptTokens.length * REPETITIONS) {
    return goOn({ ...oneMore(checkpoint), current: measured.value });
  }
  return finish(parts, { checkpoint, endpoint, model: measured.value, work });
}

function begin(checkpoint: BenchmarkCheckpoint, loaded: Measured<ModelUnderTest>): Outcome {
  if (!loaded.ok) return giveUp(checkpoint, loaded.sentence);
  return goOn({ ...oneMore(checkpoint), waiting: checkpoint.waiting.slice(1), current: loaded.value });
}

/** The model's last call is done: its figures are kept, compared, and it makes room for the next one. */
async function finish(
  parts: BenchmarkParts,
  done: { checkpoint: BenchmarkCheckpoint; endpoint: Endpoint; model: ModelUnderTest; work: JobWork },
): Promise<Outcome> {
  const { checkpoint, endpoint, model, work } = done;
  if (model.isOurs) await work.models.unload(endpoint);
  work.signal.throwIfAborted();
  const { id } = endpoint;
  const run = summariseSamples(model, parts.clock.nowMs());
  const earlier = parts.earlier(id);
  const before = run.condition === 'calm' ? lastCalm(earlier, run) : null;
  const changes = before === null ? [] : compareBenchmarks(before, run);
  const sentence = describeChanges(id, changes);
  return {
    ...goOn({
      ...oneMore(checkpoint),
      current: null,
      measured: [...checkpoint.measured, id],
      sentences: sentence === null ? checkpoint.sentences : [...checkpoint.sentences, sentence],
    }),
    results: toResults(run, earlier),
    findings: toFindings(id, changes),
    ...(before === null ? {} : { resolves: { keyPrefixes: resolvedKeys(id, changes) } }),
    settled: () => parts.onMeasured(run),
  };
}

/** This model is left out; the others are measured all the same. */
function giveUp(checkpoint: BenchmarkCheckpoint, sentence: string): Outcome {
  const waiting = checkpoint.current === null ? checkpoint.waiting.slice(1) : checkpoint.waiting;
  return goOn({ ...oneMore(checkpoint), waiting, current: null, sentences: [...checkpoint.sentences, sentence] });
}

function oneMore(checkpoint: BenchmarkCheckpoint): BenchmarkCheckpoint {
  return { ...checkpoint, unitsDone: checkpoint.unitsDone + 1 };
}

function goOn(next: BenchmarkCheckpoint): Outcome {
  const { current, waiting, unitsDone, measured, sentences } = next;
  if (current === null && waiting.length === 0) {
    return { next: null, unitsTotal: unitsDone, found: [toCount(measured.length), ...sentences].join(' ') };
  }
  const ofCurrent = current === null ? 0 : current.promptTokens.length * REPETITIONS - current.samples.length;
  const unitsTotal = unitsDone + ofCurrent + waiting.length * unitsOf(USUAL_CONTEXTS);
  return { next, unitsTotal, doing: `Measuring ${current?.endpoint ?? waiting[0] ?? ''}` };
}

function toCount(count: number): string {
  if (count === 0) return 'No model could be measured.';
  return count === 1 ? 'One model was measured.' : `${count} models were measured.`;
}
