import type { Settings } from '../../../../src-shared/settings.ts';
import { readPrompt, type PromptFeatures } from '../../learning/prompt-features.ts';
import { QualityModel, type LearnerTuning } from '../../optimizer/quality-model.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { Estimate } from '../../routing/estimate.ts';
import { TASK_KINDS, type TaskKind } from '../../routing/request-profile.ts';
import { hashToUnit } from '../shadow/hash-to-unit.ts';
import type { ReplayLesson, ReplayRow } from './replay-row.ts';

/** Lessons that come later than their request, at most: the latest wait, older ones are learned before their time. */
const MOST_WAITING = 1_000;

interface Waiting {
  lesson: ReplayLesson;
  features: PromptFeatures;
  kind: TaskKind;
  /** Decides whether weak evidence counts: the same in every replay. */
  draw: number;
}

/**
 * What the optimizer would know at each moment of the log, had it always weighed evidence in this way: the class that serves
 * requests, from nothing, in the order of time. A lesson is learned before the first request that came after it.
 */
export class Replay {
  readonly #model: QualityModel;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  #waiting: Waiting[] = [];
  #draw = 0;

  constructor(parts: {
    settings: Settings;
    tuning: LearnerTuning;
    endpoints: readonly Endpoint[];
    outputPriceOf: (endpoint: Endpoint) => number | null;
  }) {
    const { tuning, endpoints, outputPriceOf } = parts;
    const settings: Settings = { ...parts.settings, optimizer: { ...parts.settings.optimizer, learner: tuning } };
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.#model = new QualityModel({
      settings: () => settings,
      endpoints: () => endpoints,
      outputPriceOf,
      random: () => this.#draw,
    });
  }

  /** Learns all that was known when this request came. */
  arriveAt(atMs: number): void {
    let next = this.#waiting[0];
    while (next !== undefined && (next.lesson.atMs < atMs || this.#waiting.length > MOST_WAITING)) {
      this.#waiting.shift();
      this.#learn(next);
      next = this.#waiting[0];
    }
  }

  /** What is expected of an endpoint now; null: it is not known. */
  predict(row: Pick<ReplayRow, 'kind'>, features: PromptFeatures, endpointId: string): Estimate | null {
    const endpoint = this.#endpoints.get(endpointId);
    return endpoint === undefined ? null : this.#model.predict(features, row.kind, endpoint);
  }

  /** What came of a request, to be learned when its time has come. */
  note({ requestId, kind, lessons }: ReplayRow, features: PromptFeatures): void {
    for (const [place, lesson] of lessons.entries()) {
      const draw = hashToUnit(`${requestId} ${place}`);
      const at = this.#waiting.findLastIndex((each) => each.lesson.atMs <= lesson.atMs);
      this.#waiting.splice(at + 1, 0, { lesson, features, kind, draw });
    }
  }

  #learn({ lesson, features, kind, draw }: Waiting): void {
    const endpoint = this.#endpoints.get(lesson.endpointId);
    if (endpoint === undefined) return;
    this.#draw = draw;
    // Makes it known to the model, as the decision that led to the answer did.
    this.#model.predict(features, kind, endpoint);
    this.#model.learn({
      features,
      kind,
      endpointId: lesson.endpointId,
      quality: lesson.quality,
      weight: lesson.weight,
    });
  }
}

const BY_KIND: ReadonlyMap<string, PromptFeatures> = new Map(TASK_KINDS.map((kind) => [kind, readPrompt(kind)]));
const NO_WORDS = readPrompt('');

/** All that is known of a prompt that was not kept: its kind of task. */
export function featuresOfKind(kind: TaskKind): PromptFeatures {
  return BY_KIND.get(kind) ?? NO_WORDS;
}
