import type { IdSource } from '../../ids.ts';
import type { ProviderAccess } from '../../providers/registry.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobAnswer, JobCaller, JobQuestion } from '../job-caller.ts';
import type { JobWork } from '../job-kind.ts';
import type { RunMeter } from '../run-meter.ts';
import { bookCall } from './book-call.ts';
import type { DayPurse } from './day-purse.ts';
import { holdMoney } from './hold-money.ts';
import type { JobCallerParts } from './job-caller-parts.ts';
import type { OwnModels } from './own-models.ts';
import { prepareCall, toOwnRequest, type PreparedCall } from './prepare-call.ts';
import { TextCall } from './text-call.ts';
import { TEXT_FORMATS } from './text-format.ts';
import { toJobTiming } from './to-job-timing.ts';
import type { Turns } from './turns.ts';
import { whyMustStay } from './why-must-stay.ts';
import { whyNotNow } from './why-not-now.ts';

/** What the callers of all units share. */
export interface SharedParts extends JobCallerParts {
  ids: IdSource;
  purse: DayPurse;
  own: OwnModels;
  turns: Turns;
}

export interface CallingUnit {
  run: JobWork['run'];
  signal: AbortSignal;
  meter: RunMeter;
}

const STOPPED: JobAnswer = { kind: 'stopped' };

/** Asks models for one unit of background work. */
export class UnitCaller implements JobCaller {
  readonly #parts: SharedParts;
  readonly #unit: CallingUnit;

  constructor(parts: SharedParts, unit: CallingUnit) {
    this.#parts = parts;
    this.#unit = unit;
  }

  async ask(question: JobQuestion): Promise<JobAnswer> {
    try {
      return await this.#parts.turns.take(question.endpoint.id, this.#unit.signal, () => this.#ask(question));
    } catch (error) {
      this.#parts.log.error({ job: this.#unit.run.job, error }, 'a call of background work could not be made');
      return failed('The call could not be made. The log has the details.', true);
    }
  }

  unload(endpoint: Endpoint): Promise<boolean> {
    return this.#parts.own.unload(endpoint, this.#unit.signal);
  }

  async #ask(question: JobQuestion): Promise<JobAnswer> {
    const { signal } = this.#unit;
    const { registry } = this.#parts;
    if (isOver(signal)) return STOPPED;
    // As the registry has it now: what a job kept may be out of date, and privacy goes by where a model really runs.
    const endpoint = registry.snapshot().byId.get(question.endpoint.id);
    const access = endpoint === undefined ? null : registry.access(endpoint.providerId);
    if (endpoint === undefined || access === null)
      return failed(`${question.endpoint.id} is not there any more.`, false);
    const refusal = this.#whyRefused(question, endpoint, access);
    if (refusal !== null) return { kind: 'refused', sentence: refusal };
    const obstacle = whyNotNow(this.#parts, endpoint);
    if (obstacle !== null) return failed(obstacle, true);
    const look = await this.#parts.own.look(endpoint, signal);
    if (isOver(signal)) return STOPPED;
    const prepared = prepareCall(toOwnRequest(question.request, endpoint, look), endpoint, access);
    return this.#askPrepared({ question, endpoint, access, prepared, isOurs: look.owner !== 'person', look });
  }

  #whyRefused(question: JobQuestion, endpoint: Endpoint, { kind, origin }: ProviderAccess): string | null {
    const { settings, ownAddresses, isMetered } = this.#parts;
    const { mayLeave } = question;
    const { localOnly } = settings().privacy;
    const kept = whyMustStay(endpoint, { origin, mayLeave, localOnly, ownAddresses: ownAddresses() });
    if (kept !== null) return kept;
    if (endpoint.track === 'cloud' && isMetered() === true) {
      return `${endpoint.id} was not asked: the network is paid by volume.`;
    }
    const [unsayable] = TEXT_FORMATS[kind].unsupported(question.request);
    return unsayable === undefined ? null : `${endpoint.id} cannot be asked for ${unsayable}.`;
  }

  async #askPrepared(asked: PreparedQuestion): Promise<JobAnswer> {
    const { endpoint, prepared, question } = asked;
    const { lanes } = this.#parts;
    const money = holdMoney(this.#parts, {
      endpoint,
      request: prepared.request,
      bodyCharacters: prepared.bodyCharacters,
      mostNanoUsd: question.mostNanoUsd,
    });
    if (!money.ok) return { kind: 'refused', sentence: money.sentence };
    const lane = lanes.of(endpoint);
    // A server on this machine has its own queue, which a broken-off call leaves at once; a cloud counts calls.
    const takesPlace = endpoint.track === 'cloud';
    if (takesPlace && !lane.queue.tryEnter()) {
      money.held.settle(0);
      return failed(`All places at ${endpoint.id} are taken by your own requests.`, true);
    }
    const endShared = lane.calls.beginBeside();
    try {
      return await this.#call(asked, (costNanoUsd) => money.held.settle(costNanoUsd));
    } finally {
      // Only where the call itself fell over: what it cost is unknown then.
      money.held.settle(null);
      endShared(this.#parts.clock.monotonicMs());
      if (takesPlace) lane.queue.leave();
    }
  }

  async #call(asked: PreparedQuestion, settle: (costNanoUsd: number | null) => void): Promise<JobAnswer> {
    const { endpoint, prepared, question, access } = asked;
    const { clock, client, own, ids, book } = this.#parts;
    const { signal, run, meter } = this.#unit;
    const { timeoutMs } = question;
    const keepsOwn = asked.isOurs && endpoint.track === 'local';
    if (keepsOwn) own.noteCall(endpoint);
    const call = new TextCall({ clock, client, ...prepared, providerName: access.name, timeoutMs, signal });
    const end = await call.run();
    if (keepsOwn) own.noteCall(endpoint);
    const { request } = prepared;
    const record = bookCall(this.#parts, { id: ids.next(), purpose: run.job, endpoint, request, call, end });
    const [attempt] = record.attempts;
    const costNanoUsd = attempt?.costNanoUsd ?? null;
    settle(costNanoUsd);
    const { usage } = attempt ?? call.collector;
    const tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    meter.addCall({ track: endpoint.track, tokens, costNanoUsd, energyJoules: record.energyJoules });
    book(record);
    if (end.kind === 'stopped') return STOPPED;
    if (end.kind === 'failed') return failed(end.sentence, end.willPass);
    const { answer } = call.collector;
    if (answer === null) return failed(`${access.name} gave no answer.`, true);
    const { durationMs, firstContentMs: firstTokenMs } = record;
    const { parts, finishReason } = answer;
    const timing = toJobTiming({ answer, durationMs, firstTokenMs, wasLoaded: asked.look.isLoaded });
    return { kind: 'answered', parts, finishReason, usage, costNanoUsd, timing };
  }
}

interface PreparedQuestion {
  question: JobQuestion;
  endpoint: Endpoint;
  access: ProviderAccess;
  prepared: PreparedCall;
  isOurs: boolean;
  look: { isLoaded: boolean | null };
}

/** Asked anew each time: it may have come meanwhile. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function failed(sentence: string, willPass: boolean): JobAnswer {
  return { kind: 'failed', sentence, willPass };
}
