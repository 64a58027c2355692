import { ASKED_AGAIN, STUCK, type Evidence } from './evidence.ts';
import type { Forecaster } from './forecaster.ts';
import type { OptimizerGuard } from './guard.ts';
import { LearningQueue } from './learning-queue.ts';
import type { OpenRequest } from './open-request.ts';
import { RecentRequests } from './recent-requests.ts';
import type { RequestResult } from './request-report.ts';
import type { Surroundings } from './surroundings.ts';

/** How good an answer of an endpoint to a prompt was. */
interface Lesson {
  request: OpenRequest;
  endpointId: string;
  evidence: Evidence;
}

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

  /** A request goes out: the same words again, or a conversation that is stuck, say something of the answer before. */
  noteStart(request: OpenRequest): void {
    const repeated = this.#recent.repeatedBy(request);
    if (repeated !== null) this.#teach(repeated, repeated.answeredBy, ASKED_AGAIN);
    this.#teach(request, request.failedBefore, STUCK);
    this.#recent.push(request);
  }

  /** A request is over. A local answer that was checked and thrown away was seen to be bad. */
  noteEnd(request: OpenRequest, { answeredBy, calls }: RequestResult, evidence: Evidence | null): void {
    request.answeredBy = answeredBy;
    request.isOver = true;
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
      this.#lessons.push({ request, endpointId, evidence: { quality, weight: 1, signal: 'feedback' } });
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

  /** Learns everything that waits, now. */
  flush(): void {
    this.#lessons.flush();
  }

  #teach(request: OpenRequest, endpointId: string | null, evidence: Evidence): void {
    if (endpointId === null || !this.#around.settings().optimizer.learning) return;
    this.#lessons.push({ request, endpointId, evidence });
  }

  #learn({ request, endpointId, evidence }: Lesson): void {
    const { features, profile } = request;
    this.#forecaster.learn({ features, kind: profile.kind, endpointId, ...evidence });
    this.#guard.succeeded('learning');
    this.#onLearned();
  }
}
