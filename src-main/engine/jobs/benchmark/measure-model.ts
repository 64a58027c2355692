import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobAnswer } from '../job-caller.ts';
import type { JobWork } from '../job-kind.ts';
import type { BenchmarkSample, ModelUnderTest } from './benchmark-checkpoint.ts';
import type { BenchmarkParts, Condition } from './benchmark-parts.ts';
import { worstCondition } from './judge-condition.ts';
import { makePrompt } from './make-prompt.ts';
import { OUTPUT_TOKENS, planContexts } from './plan-contexts.ts';

type Answered = Extract<JobAnswer, { kind: 'answered' }>;
/** `sentence`: why this model cannot be measured now. */
export type Measured<Value> = { ok: true; value: Value } | { ok: false; sentence: string };

/** A large model from a slow disk takes minutes. */
const LONGEST_LOAD_MS = 600_000;
const LONGEST_CALL_MS = 300_000;
const FEW_TOKENS = 8;

/** The first unit of a model: takes it out of memory where that is ours to do, loads it, and looks what it is. */
export async function loadModel(
  parts: BenchmarkParts,
  endpoint: Endpoint,
  work: JobWork,
): Promise<Measured<ModelUnderTest>> {
  const endWatch = parts.watch();
  const isOurs = await work.models.unload(endpoint);
  const before = await parts.inspect(endpoint, work.signal);
  const window = isOurs ? endpoint.contextTokens : (before.loadedContextTokens ?? endpoint.contextTokens);
  const plan = planContexts(window);
  const asked = await ask(work, endpoint, {
    promptTokens: FEW_TOKENS,
    windowTokens: isOurs ? plan.windowTokens : null,
    outputTokens: FEW_TOKENS,
    timeoutMs: LONGEST_LOAD_MS,
  });
  if (!asked.ok) {
    endWatch();
    return asked;
  }
  const { timing } = asked.value;
  const after = await parts.inspect(endpoint, work.signal);
  const wasCold = isOurs && timing.wasLoaded === false;
  return {
    ok: true,
    value: {
      endpoint: endpoint.id,
      isOurs,
      promptTokens: [...plan.promptTokens],
      windowTokens: plan.windowTokens,
      digest: before.digest,
      serverVersion: before.serverVersion,
      coldLoadMs: wasCold ? timing.firstTokenMs : null,
      loadMs: wasCold ? timing.loadMs : null,
      memoryBytes: after.memoryBytes,
      vramBytes: after.vramBytes,
      condition: endWatch(),
      samples: [],
    },
  };
}

/** One more measured call. */
export async function measureOnce(
  parts: BenchmarkParts,
  { endpoint, model, context }: { endpoint: Endpoint; model: ModelUnderTest; context: number },
  work: JobWork,
): Promise<Measured<ModelUnderTest>> {
  const endWatch = parts.watch();
  const endEnergy = await parts.measureEnergy();
  const asked = await ask(work, endpoint, {
    promptTokens: model.promptTokens[context] ?? 0,
    windowTokens: model.isOurs ? model.windowTokens : null,
    outputTokens: OUTPUT_TOKENS,
    timeoutMs: LONGEST_CALL_MS,
  });
  const joules = await endEnergy();
  const condition = endWatch();
  if (!asked.ok) return asked;
  return { ok: true, value: withSample(model, toSample(asked.value, context, joules), condition) };
}

function withSample(model: ModelUnderTest, sample: BenchmarkSample, condition: Condition): ModelUnderTest {
  return {
    ...model,
    samples: [...model.samples, sample],
    condition: worstCondition([model.condition, condition]),
  };
}

function toSample({ usage, timing }: Answered, context: number, joules: number | null): BenchmarkSample {
  const { firstTokenMs, loadMs, wasLoaded } = timing;
  // After a stop in between the model has to be loaded again: that is not what is measured here.
  const loadedMs = wasLoaded === false ? loadMs : 0;
  return {
    context,
    promptTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    promptTokensPerSecond: timing.promptTokensPerSecond,
    outputTokensPerSecond: timing.outputTokensPerSecond,
    firstTokenMs: firstTokenMs === null || loadedMs === null ? null : Math.max(0, firstTokenMs - loadedMs),
    joules: wasLoaded === false ? null : joules,
  };
}

interface Asking {
  promptTokens: number;
  /** null: as the model is in memory. */
  windowTokens: number | null;
  outputTokens: number;
  timeoutMs: number;
}

/** Throws when the unit has to stop. */
async function ask(work: JobWork, endpoint: Endpoint, asking: Asking): Promise<Measured<Answered>> {
  const text = makePrompt(asking.promptTokens, work.random);
  const answer = await work.models.ask({
    endpoint,
    request: {
      model: endpoint.model,
      mode: 'chat',
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
      stream: true,
      maxOutputTokens: asking.outputTokens,
      ...(asking.windowTokens === null ? {} : { contextTokens: asking.windowTokens }),
    },
    // Words drawn at random: they are nobody's.
    mayLeave: true,
    mostNanoUsd: 0,
    timeoutMs: asking.timeoutMs,
  });
  if (answer.kind === 'answered') return { ok: true, value: answer };
  if (answer.kind !== 'stopped') return { ok: false, sentence: answer.sentence };
  work.signal.throwIfAborted();
  throw new Error('the measurement was stopped');
}
