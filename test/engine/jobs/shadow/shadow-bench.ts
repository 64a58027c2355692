import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import type { JobAnswer, JobCaller, JobQuestion } from '../../../../src-main/engine/jobs/job-caller.ts';
import type { KeptPrompt } from '../../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { createShadowJob } from '../../../../src-main/engine/jobs/shadow/create-shadow-job.ts';
import { ShadowBook } from '../../../../src-main/engine/jobs/shadow/shadow-book.ts';
import type { ShadowParts } from '../../../../src-main/engine/jobs/shadow/shadow-parts.ts';
import { readJudgeQuestion } from '../../../../bench/simulation/shadow/simulated-judge.ts';
import type { ShadowLesson } from '../../../../src-main/engine/optimizer/shadow-lesson.ts';
import { UNKNOWN_USAGE } from '../../../../src-main/engine/protocols/chat-event.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { makeEndpoint } from '../../../support/make-endpoint.ts';
import { MemoryResults, runJob, type RunForTest, type RunJobOptions } from '../../../support/run-job.ts';

export const SMALL = makeEndpoint({ providerId: 'ollama', model: 'small', track: 'local', sizeBytes: 2e9 });
export const LARGE = makeEndpoint({ providerId: 'ollama', model: 'large', track: 'local', sizeBytes: 9e9 });
export const CLOUD = makeEndpoint({ providerId: 'up', model: 'big' });

type Said = string | Extract<JobAnswer, { kind: 'refused' | 'failed' | 'stopped' }>;

/** The job between doubles whose every word is in the hands of the test. */
export interface ShadowBench {
  parts: ShadowParts;
  clock: ManualClock;
  results: MemoryResults;
  /** Every question that went to any model, in order. */
  asked: JobQuestion[];
  lessons: ShadowLesson[];
  learner: { learns: boolean; until: number };
  prompts: Map<string, KeptPrompt>;
  run: (options?: Partial<RunJobOptions>) => Promise<RunForTest>;
  /** As after a kill: what lives in memory is read anew from what was committed. */
  restart(): void;
  /** As the person has it erased. */
  erase(requestId: string): void;
}

export interface ShadowBenchOptions {
  prompts: readonly KeptPrompt[];
  settings?: Record<string, unknown>;
  /** What a model says to a kept prompt. */
  answer?: (question: JobQuestion, text: string) => Said;
  /** What a judge says. Default: as one that knows a good answer by its word "right". */
  judge?: (question: JobQuestion, look: { request: string; first: string; second: string }) => Said;
  onAsk?: (question: JobQuestion) => void;
}

export function shadowBench(options: ShadowBenchOptions): ShadowBench {
  const clock = new ManualClock();
  const results = new MemoryResults(clock);
  const prompts = new Map(options.prompts.map((prompt) => [prompt.requestId, prompt]));
  const lessons: ShadowLesson[] = [];
  const learner = { learns: true, until: 0 };
  const asked: JobQuestion[] = [];
  const settings = settingsSchema.parse({ privacy: { keepPrompts: { enabled: true } }, ...options.settings });
  const parts: ShadowParts = {
    clock,
    settings: () => settings,
    endpoints: () => [SMALL, LARGE, CLOUD],
    blocked: () => null,
    kept: {
      list: ({ after, limit }) => {
        const all = [...prompts.values()];
        const from = after === null ? 0 : all.findIndex(({ requestId }) => requestId === after.requestId) + 1;
        return all.slice(from, from + limit);
      },
      read: (requestId) => prompts.get(requestId) ?? null,
      seal: (_, text) => Buffer.from(text).toString('base64'),
      unseal: (_, sealed) => Buffer.from(sealed, 'base64').toString(),
    },
    book: new ShadowBook(results),
    learner: {
      learnShadow(lesson) {
        if (!learner.learns) return false;
        if (lesson.place > learner.until) lessons.push(lesson);
        learner.until = Math.max(learner.until, lesson.place);
        return true;
      },
      get shadowLearnedUntil() {
        return learner.until;
      },
    },
  };
  const models: JobCaller = {
    ask(question) {
      asked.push(question);
      options.onAsk?.(question);
      const text = question.request.messages
        .flatMap(({ parts: of }) => of.map((part) => ('text' in part ? part.text : '')))
        .join('\n');
      const look = readJudgeQuestion(text);
      const said =
        look === null
          ? (options.answer?.(question, text) ?? 'right, in my own words')
          : (options.judge ?? honest)(question, look);
      return Promise.resolve(typeof said === 'string' ? answered(said) : said);
    },
    unload: () => Promise.resolve(true),
  };
  const bench: ShadowBench = {
    ...{ parts, clock, results, asked, lessons, learner, prompts },
    run: (more = {}) => runJob(createShadowJob(parts), { clock, models, results, ...more }),
    restart() {
      parts.book = new ShadowBook(results);
    },
    erase(requestId) {
      prompts.delete(requestId);
      results.erase(requestId);
      parts.book.erase(requestId);
    },
  };
  return bench;
}

/** Looks at the word "right" alone; both or none of them: the same. */
function honest(_: JobQuestion, { first, second }: { first: string; second: string }): string {
  const [one, other] = [isRight(first), isRight(second)];
  return JSON.stringify({ verdict: one === other ? 'same' : one ? 'first' : 'second' });
}

/** Whole, about this, and in order. */
function isRight(text: string): boolean {
  return /right\b[\s\S]*\b(?:the end of \d+|my own words)/u.test(text) && !text.includes('bread');
}

function answered(text: string): JobAnswer {
  return {
    kind: 'answered',
    parts: [{ type: 'text', text }],
    finishReason: 'stop',
    usage: UNKNOWN_USAGE,
    costNanoUsd: 0,
    timing: {
      loadMs: null,
      firstTokenMs: 200,
      durationMs: 900,
      promptTokensPerSecond: null,
      outputTokensPerSecond: 30,
      wasLoaded: true,
    },
  };
}

/** A prompt that the cloud answered; its answer has to be judged. */
export function kept(place: number, changes: Partial<KeptPrompt> = {}): KeptPrompt {
  const base: KeptPrompt = {
    requestId: `request-${place}`,
    keptAtMs: Date.UTC(2026, 10, 20) + place * 60_000,
    ...{ endpoint: CLOUD.id, track: 'cloud', costNanoUsd: 4_000_000, mayLeave: true, app: null, kind: 'chat' },
    request: {
      ...{ model: 'auto', mode: 'chat', stream: false },
      messages: [{ role: 'user', parts: [{ type: 'text', text: `Tell me about subject ${place}.` }] }],
    },
    answer: [
      {
        type: 'text',
        text: `This is right about subject ${place}, with all that belongs to it, up to the end of ${place}`,
      },
    ],
    finishReason: 'stop',
  };
  return { ...base, ...changes };
}

/** A prompt whose answer is a number: it is compared without a judge. */
export function sum(place: number, changes: Partial<KeptPrompt> = {}): KeptPrompt {
  const request: KeptPrompt['request'] = {
    ...{ model: 'auto', mode: 'chat', stream: false },
    messages: [{ role: 'user', parts: [{ type: 'text', text: `What is ${place} + 1000?` }] }],
  };
  return kept(place, { request, answer: [{ type: 'text', text: `${place + 1000}` }], kind: 'math', ...changes });
}
