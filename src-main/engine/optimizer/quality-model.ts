import type { Settings } from '../../../src-shared/settings.ts';
import type { OptimizerStatus } from '../../../src-shared/optimizer.ts';
import { BetaThompson } from '../learning/beta-thompson.ts';
import { LEARNER_STATE_VERSION } from '../learning/learner-state.ts';
import { withWordPace } from '../learning/learner-options.ts';
import { readPrompt, type PromptFeatures } from '../learning/prompt-features.ts';
import { QualityLearner } from '../learning/quality-learner.ts';
import { QualityRouter } from '../learning/quality-router.ts';
import type { Endpoint, Track } from '../routing/endpoint.ts';
import type { Estimate } from '../routing/estimate.ts';
import type { TaskKind } from '../routing/request-profile.ts';
import { bytesToJson, jsonToBytes } from './json-bytes.ts';
import type { LearnedPart } from './state-saver.ts';
import type { Surroundings } from './surroundings.ts';
import { guessQuality } from './warm-start.ts';

/** One judged answer. */
export interface QualityLesson {
  features: PromptFeatures;
  kind: TaskKind;
  endpointId: string;
  /** 0 to 1. */
  quality: number;
  /** 1: a person's own word. */
  weight: number;
  /** Of a lesson from the shadow: its place in their row. */
  place?: number;
}

/** What of the surroundings it needs. */
export type QualitySurroundings = Pick<Surroundings, 'random' | 'settings' | 'endpoints' | 'outputPriceOf'>;
/** How evidence is weighed: `optimizer.learner` of the settings. */
export type LearnerTuning = Settings['optimizer']['learner'];

/** Name for all kinds together. */
const ALL_KINDS = 'all';
const KINDS_STATE_VERSION = 1;
const NO_WORDS = readPrompt('');
const NO_EVIDENCE = { alpha: 0, beta: 0 };

/**
 * How good an answer of an endpoint would be: the learner's word for this prompt, and how the endpoint did at tasks of this
 * kind of late, weighed by how sure each is (inverse variances). So one bad answer to a prompt that was asked for the first
 * time does not condemn an endpoint, and what is well known of a prompt is believed. A guess by size or price stands in
 * until there is evidence.
 */
export class QualityModel {
  readonly #around: QualitySurroundings;
  #tuning: LearnerTuning;
  #learner: QualityLearner;
  #router: QualityRouter;
  /** Evidence alone, by kind of task and endpoint. */
  #kinds: BetaThompson;
  /** What was guessed of the endpoints that were met. */
  readonly #guesses = new Map<string, number>();

  constructor(around: QualitySurroundings) {
    this.#around = around;
    this.#tuning = around.settings().optimizer.learner;
    this.#learner = new QualityLearner(withWordPace(this.#tuning.wordPace));
    this.#kinds = createKinds(this.#tuning);
    this.#router = new QualityRouter({ learner: this.#learner, random: around.random });
  }

  predict(features: PromptFeatures, kind: TaskKind, endpoint: Endpoint): Estimate {
    const { guessStrength, overallStrength, promptSpread } = this.#followTuning();
    const guess = this.#meet(endpoint);
    const byPrompt = this.#learner.predict(features, endpoint.id);
    const overall = this.#shrunk(ALL_KINDS, endpoint.id, { mean: guess, strength: guessStrength });
    const { mean: byKind, strength } = this.#shrunk(kind, endpoint.id, { ...overall, strength: overallStrength });
    const variance = (byKind * (1 - byKind)) / (strength + 1) + promptSpread ** 2;
    const share = variance / (variance + byPrompt.sd ** 2);
    const mean = share * byPrompt.mean + (1 - share) * byKind;
    const sd = Math.min(byPrompt.sd * Math.sqrt(share), widestSd(mean, guessStrength));
    return { mean, sd, observations: byPrompt.observations };
  }

  learn({ features, kind, endpointId, quality, weight, place }: QualityLesson): void {
    if (place !== undefined && place <= this.#learner.mark) return;
    this.#followTuning();
    this.#learner.learn(features, endpointId, quality, weight);
    if (place !== undefined) {
      // The last judged answers of a kind stand for what comes next. These were drawn from what went to the cloud, many at
      // a time: they say something of their prompts, not of how the endpoint does of late.
      this.#learner.mark = place;
      return;
    }
    // Weak evidence counts now and then instead of a little: the posteriors know whole answers only.
    if (this.#around.random() >= weight) return;
    this.#kinds.update({ taskKind: kind, endpointId, reward: quality });
    this.#kinds.update({ taskKind: ALL_KINDS, endpointId, reward: quality });
  }

  /** Place of the last lesson from the shadow that was learned; 0: none was. */
  get shadowMark(): number {
    return this.#learner.mark;
  }

  learnOfEndpoint(endpointId: string, quality: number): void {
    this.#kinds.update({ taskKind: ALL_KINDS, endpointId, reward: quality });
  }

  /** Which of the two it is to be, so that this share of requests goes to the cloud: those that gain most by it. */
  steerToShare(question: { features: PromptFeatures; local: string; cloud: string; share: number }): Track | null {
    const { features, local, cloud, share } = question;
    const choice = this.#router.choose({
      features,
      arms: [
        { arm: local, strong: false, cost: 0 },
        { arm: cloud, strong: true, cost: 1 },
      ],
      target: { kind: 'share', share },
    });
    return choice === null ? null : choice.arm === cloud ? 'cloud' : 'local';
  }

  describe(): Pick<OptimizerStatus['learning'], 'observations' | 'endpoints'> {
    const endpoints = this.#around.endpoints().flatMap(({ id }) => {
      const { mean, sd, observations } = this.#learner.predict(NO_WORDS, id);
      return observations === 0 ? [] : [{ endpoint: id, quality: mean, sd, observations }];
    });
    return { observations: endpoints.reduce((sum, { observations }) => sum + observations, 0), endpoints };
  }

  get states(): readonly LearnedPart[] {
    return [
      {
        name: 'quality-learner',
        version: LEARNER_STATE_VERSION,
        pieces: () => this.#learner.stateChunks(),
        restore: (bytes) => {
          const restored = QualityLearner.fromState(bytes, withWordPace(this.#tuning.wordPace));
          if (restored === null) return false;
          this.#learner = restored;
          this.#router = new QualityRouter({ learner: restored, random: this.#around.random });
          this.#guesses.clear();
          return true;
        },
      },
      {
        name: 'task-kinds',
        version: KINDS_STATE_VERSION,
        pieces: () => [jsonToBytes(this.#kinds.toState())],
        restore: (bytes) => {
          const restored = createKinds(this.#tuning, bytesToJson(bytes));
          if (restored !== null) this.#kinds = restored;
          return restored !== null;
        },
      },
    ];
  }

  /** The mean of late, and how many answers it is worth, with a prior that counts as so many. */
  #shrunk(taskKind: string, endpointId: string, prior: { mean: number; strength: number }) {
    const { alpha, beta } = this.#kinds.posterior(taskKind, endpointId);
    const strength = alpha + beta + prior.strength;
    return { mean: (alpha + prior.strength * prior.mean) / strength, strength };
  }

  /** What the settings say of learning, taken over as soon as they say something else. */
  #followTuning(): LearnerTuning {
    const { learner } = this.#around.settings().optimizer;
    const before = this.#tuning;
    if (learner === before) return learner;
    this.#tuning = learner;
    if (learner.retention !== before.retention)
      this.#kinds = createKinds(learner, this.#kinds.toState()) ?? this.#kinds;
    if (learner.wordPace !== before.wordPace) this.#learner.retune(withWordPace(learner.wordPace));
    if (learner.guessStrength !== before.guessStrength) this.#guesses.clear();
    return learner;
  }

  /** Tells the learner what to think of an endpoint that it sees for the first time. Gives that guess. */
  #meet(endpoint: Endpoint): number {
    const known = this.#guesses.get(endpoint.id);
    if (known !== undefined) return known;
    const { mean } = guessQuality({ endpoint, outputUsdPerMillion: this.#around.outputPriceOf(endpoint) });
    this.#guesses.set(endpoint.id, mean);
    this.#learner.setPrior(endpoint.id, { mean, strength: this.#tuning.guessStrength });
    return mean;
  }
}

/** Of a probability that is known as well as the guess it begins with (a Beta distribution of that strength). */
function widestSd(mean: number, guessStrength: number): number {
  return Math.sqrt((mean * (1 - mean)) / (1 + guessStrength));
}

function createKinds(tuning: LearnerTuning): BetaThompson;
function createKinds(tuning: LearnerTuning, state: unknown): BetaThompson | null;
function createKinds({ retention }: LearnerTuning, state?: unknown): BetaThompson | null {
  const options = { priorOf: () => NO_EVIDENCE, retention };
  return state === undefined ? new BetaThompson(options) : BetaThompson.fromState(state, options);
}
