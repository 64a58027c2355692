import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import type { JobAnswer, JobCaller, JobQuestion } from '../../../src-main/engine/jobs/job-caller.ts';
import type { KeptPrompt } from '../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { createShadowJob } from '../../../src-main/engine/jobs/shadow/create-shadow-job.ts';
import { ShadowBook } from '../../../src-main/engine/jobs/shadow/shadow-book.ts';
import type { ShadowParts } from '../../../src-main/engine/jobs/shadow/shadow-parts.ts';
import { summariseShadow, type ShadowSummary } from '../../../src-main/engine/jobs/shadow/summarise-shadow.ts';
import type { ShadowLesson } from '../../../src-main/engine/optimizer/shadow-lesson.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { MemoryResults, runJob } from '../../../test/support/run-job.ts';
import { SimulatedClock } from '../simulated-clock.ts';
import { readJudgeQuestion, judgeAs, type JudgeCharacter } from './simulated-judge.ts';

/** What the cloud answered in a week, and what is true of it. Whoever evaluates it sees the prompts only. */
export interface WeekOfPrompts {
  prompts: readonly KeptPrompt[];
  /** Local models that are asked again, and judges; the largest judges. */
  endpoints: readonly Endpoint[];
  /** What a model says to a prompt. */
  answer: (model: Endpoint, request: ChatRequest) => string;
  /** Whether this answer to this request serves as well as the accepted one: what a judge tries to see. */
  isAsGood: (request: string, answer: string) => boolean;
  /** What tells the accepted answer from the other, for the simulated judge. */
  acceptedTo: (request: string) => string | null;
}

export interface EvaluatedWeek {
  summary: ShadowSummary;
  book: ShadowBook;
  lessons: readonly ShadowLesson[];
  units: number;
}

/** The whole job, as the engine runs it, with simulated models and judges: nothing is sent anywhere. */
export async function evaluateWeek(
  week: WeekOfPrompts,
  options: { seed: number; judge: JudgeCharacter; promptsPerRun: number; runs?: number },
): Promise<EvaluatedWeek> {
  const clock = new SimulatedClock(Math.max(0, ...week.prompts.map(({ keptAtMs }) => keptAtMs)));
  const results = new MemoryResults(clock);
  const book = new ShadowBook(results);
  const lessons: ShadowLesson[] = [];
  const settings = settingsSchema.parse({
    privacy: { keepPrompts: { enabled: true } },
    background: { shadow: { promptsPerRun: options.promptsPerRun } },
  });
  const byId = new Map(week.prompts.map((prompt) => [prompt.requestId, prompt]));
  const parts: ShadowParts = {
    clock,
    settings: () => settings,
    endpoints: () => week.endpoints,
    blocked: () => null,
    kept: {
      list: (page) => pageOf(week.prompts, page),
      read: (requestId) => byId.get(requestId) ?? null,
      // Nothing here is anybody's: it need not be encrypted.
      seal: (_, text) => text,
      unseal: (_, sealed) => sealed,
    },
    book,
    learner: { learnShadow: (lesson) => lessons.push(lesson) > 0, shadowLearnedUntil: 0 },
  };
  const job = createShadowJob(parts);
  const models = new SimulatedCaller(week, options);
  let units = 0;
  for (let run = 0; run < (options.runs ?? 1); run += 1) {
    const done = await runJob(job, { clock, models, results, runId: `week ${options.seed}, run ${run}` });
    units += done.units;
  }
  return { summary: summariseShadow(book, clock.nowMs()), book, lessons, units };
}

function pageOf(
  prompts: readonly KeptPrompt[],
  { after, limit }: Parameters<ShadowParts['kept']['list']>[0],
): readonly KeptPrompt[] {
  const from = after === null ? 0 : prompts.findIndex(({ requestId }) => requestId === after.requestId) + 1;
  return prompts.slice(from, from + limit);
}

/** Answers at once, as a model or as a judge, by what it is asked. */
class SimulatedCaller implements JobCaller {
  readonly #week: WeekOfPrompts;
  readonly #options: { seed: number; judge: JudgeCharacter };

  constructor(week: WeekOfPrompts, options: { seed: number; judge: JudgeCharacter }) {
    this.#week = week;
    this.#options = options;
  }

  ask({ endpoint, request }: JobQuestion): Promise<JobAnswer> {
    const parts = request.messages.at(-1)?.parts ?? [];
    const text = parts.map((part) => ('text' in part ? part.text : '')).join('');
    const question = readJudgeQuestion(text);
    const said = question === null ? this.#week.answer(endpoint, request) : this.#judge(question);
    return Promise.resolve({
      kind: 'answered',
      parts: [{ type: 'text', text: said }],
      finishReason: 'stop',
      usage: { ...UNKNOWN_USAGE, outputTokens: said.length },
      costNanoUsd: 0,
      timing: {
        ...{ loadMs: 0, firstTokenMs: 300, durationMs: 1_000, wasLoaded: true },
        ...{ promptTokensPerSecond: 200, outputTokensPerSecond: 40 },
      },
    });
  }

  unload(): Promise<boolean> {
    return Promise.resolve(true);
  }

  #judge({ request, first, second }: { request: string; first: string; second: string }): string {
    const { seed, judge } = this.#options;
    // A copy of the accepted answer is as good; which of the two is called accepted does not matter then.
    const otherIsFirst = first !== this.#week.acceptedTo(request);
    const other = otherIsFirst ? first : second;
    const isGood = this.#week.isAsGood(request, other);
    return judgeAs(judge, { first, second, otherIsFirst, isGood, seed, topic: request });
  }
}

/** Equal seeds give equal ids; they look like those of the engine. */
export function idFor(seed: number, place: number): string {
  const random = createSeededRandom('id', seed, place);
  const draw = () => Math.floor(random() * 16).toString(16);
  return `${(1_700_000_000_000 + place * 60_000).toString(16).padStart(12, '0')}${Array.from({ length: 24 }, draw).join('')}`;
}
