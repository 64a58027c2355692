import { readPrompt, type PromptFeatures } from '../learning/prompt-features.ts';
import { readProfile } from '../routing/read-profile.ts';
import type { TaskKind } from '../routing/request-profile.ts';
import { ASKED_AGAIN, STUCK, type Evidence } from './evidence.ts';
import type { Forecaster } from './forecaster.ts';
import type { OptimizerGuard } from './guard.ts';
import { LearningQueue } from './learning-queue.ts';
import type { OpenRequest } from './open-request.ts';
import { RecentRequests } from './recent-requests.ts';
import type { RequestResult } from './request-report.ts';
import type { ShadowLesson } from './shadow-lesson.ts';
import type { Surroundings } from './surroundings.ts';

/** How good an answer of an endpoint to a prompt was. */
interface Lesson {
  features: PromptFeatures;
  kind: TaskKind;
  endpointId: string;
  evidence: Evidence;
  /** Of one from the shadow. */
  place?: number;
}

/** Evidence below this weight is worth learning only while there is time for it. */
const WEAK = 0.1;
const TOO_MANY_WAIT = 32;
/**
 * Feedback comes from people. Of a stream of requests beyond this rate nobody judges each answer, and what would be kept for
 * it costs the garbage collector more than the decisions themselves.
 */
const REMEMBERED_PER_SECOND = 50;
const REMEMBERED_AT_ONCE = 1_000;

/** An endpoint that is not there any more: what people paid for was good more often than not. */
const UNKNOWN_ACCEPTED = 0.85;

const REJECTED: Evidence = { quality: 0, weight: 1, signal: 'rejected' };

/** What a person's word was learned for: this kind of prompt, the endpoint as a whole, or nothing. */
export type Learned = 'prompt' | 'endpoint' | 'nothing';

/** Turns what is seen and said of answers into lessons, and has them learned when there is time. */
export class Teacher {
  readonly #around: Surroundings;
  readonly #forecaster: Forecaster;
  readonly #guard: OptimizerGuard;
  readonly #recent = new RecentRequests();
  readonly #lessons: LearningQueue<Lesson>;
  readonly #onLearned: () => void;
  #credit = REMEMBERED_AT_ONCE;
  #creditedAtMs = 0;

  constructor(parts: {
    around: Surroundings;
    forecaster: Forecaster;
    guard: OptimizerGuard;
    /** Something was learned that should be kept. */
    onLearned: () => void;
  }) {
    this.#around = parts.around;
    this.#forecaster = parts.forecaster;
    this.#guard = parts.guard;
    this.#onLearned = parts.onLearned;
    this.#lessons = new LearningQueue({
      clock: parts.around.clock,
      learn: (lesson) => this.#learn(lesson),
      onError: (error) => this.#guard.failed('learning', error),
    });
  }

  /** Lessons that wait, and those that were given up because too many did. */
  get load(): { waiting: number; dropped: number } {
    return { waiting: this.#lessons.waiting, dropped: this.#lessons.dropped };
  }

  /** The request while it is remembered; null later, or when nobody started it. */
  find(requestId: string): OpenRequest | null {
    return this.#recent.find(requestId);
  }

  /**
   * A request goes out: the same words again, or a conversation that is stuck, say something of the answer before. `byId`:
   * it will be asked for by its id, so it is remembered however many come.
   */
  noteStart(request: OpenRequest, { byId }: { byId: boolean }): void {
    this.#teach(request, request.failedBefore, STUCK);
    if (!byId && !this.#mayRemember()) return;
    const repeated = this.#recent.repeatedBy(request);
    if (repeated !== null) this.#teach(repeated, repeated.answeredBy, ASKED_AGAIN);
    this.#recent.push(request);
  }

  /** A request is over. A local answer that was checked and thrown away was seen to be bad. */
  noteEnd(request: OpenRequest, { answeredBy, calls }: RequestResult, evidence: Evidence | null): void {
    request.answeredBy = answeredBy;
    request.isOver = true;
    request.decision = null;
    if (evidence !== null) this.#teach(request, answeredBy, evidence);
    for (const { endpoint, failureCode } of calls) {
      if (failureCode === 'answer_rejected') this.#teach(request, endpoint.id, REJECTED);
    }
  }

  /** A person's word, 0 to 1. Learned whatever the settings say of learning: it was given to be. */
  takeFeedback(feedback: { requestId: string; quality: number; answeredBy?: string | null }): Learned {
    const { quality } = feedback;
    if (!(quality >= 0 && quality <= 1)) return 'nothing';
    const request = this.#recent.find(feedback.requestId);
    const endpointId = request?.answeredBy ?? feedback.answeredBy ?? null;
    if (endpointId === null) return 'nothing';
    if (request !== null) {
      const evidence = { quality, weight: 1, signal: 'feedback' };
      this.#lessons.push({ features: request.features, kind: request.profile.kind, endpointId, evidence });
      return 'prompt';
    }
    this.#guard.run(
      'feedback',
      () => this.#forecaster.learnOfEndpoint(endpointId, quality),
      () => undefined,
    );
    this.#onLearned();
    return 'endpoint';
  }

  /**
   * What was found of a past answer. As good as the accepted one means as good as that is taken to be, so that the shadow
   * never makes a local answer better than what it was measured by. False: nothing is learned now.
   */
  takeShadow({ request, endpointId, acceptedFrom, quality, weight, place }: ShadowLesson): boolean {
    if (!this.#around.settings().optimizer.learning) return false;
    const { kind, text } = readProfile(request, 0);
    const features = readPrompt(text);
    const accepted = this.#around.endpoints().find(({ id }) => id === acceptedFrom);
    const most = accepted === undefined ? UNKNOWN_ACCEPTED : this.#forecaster.qualityOf(accepted, { features, kind });
    const evidence = { quality: quality * most, weight, signal: 'shadow' };
    this.#lessons.push({ features, kind, endpointId, evidence, place });
    return true;
  }

  /** Place of the last lesson from the shadow that was learned; those that wait are not yet. */
  get shadowMark(): number {
    return this.#forecaster.shadowMark;
  }

  /** Learns everything that waits, now. */
  flush(): void {
    this.#lessons.flush();
  }

  #mayRemember(): boolean {
    const nowMs = this.#around.clock.monotonicMs();
    const earned = ((nowMs - this.#creditedAtMs) / 1_000) * REMEMBERED_PER_SECOND;
    this.#credit = Math.min(REMEMBERED_AT_ONCE, this.#credit + earned);
    this.#creditedAtMs = nowMs;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }

  #teach({ features, profile }: OpenRequest, endpointId: string | null, evidence: Evidence): void {
    if (endpointId === null || !this.#around.settings().optimizer.learning) return;
    if (evidence.weight < WEAK && this.#lessons.waiting >= TOO_MANY_WAIT) return;
    this.#lessons.push({ features, kind: profile.kind, endpointId, evidence });
  }

  #learn({ evidence, ...lesson }: Lesson): void {
    this.#forecaster.learn({ ...lesson, quality: evidence.quality, weight: evidence.weight });
    this.#guard.succeeded('learning');
    this.#onLearned();
  }
}
