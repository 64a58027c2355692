import type { AttemptOutcome, ExchangeOutcome, RouteTicket, Settlement } from './exchange/job.ts';
import type { DualTrackOptimizer } from './optimizer/dual-track-optimizer.ts';
import type { OpenRequest } from './optimizer/open-request.ts';
import type { CallReport, RequestResult } from './optimizer/request-report.ts';
import type { Endpoint } from './routing/endpoint.ts';
import type { BudgetBook } from './spend/budget-book.ts';
import { energyOfAnswer } from './spend/energy.ts';
import type { Pricing } from './spend/pricing.ts';
import type { ReferenceModel } from './spend/reference-price.ts';
import { referenceCost } from './spend/savings.ts';
import type { Reservation } from './spend/reservation.ts';

/** What a ticket settles with. All functions are look-ups in memory. */
export interface TicketParts {
  optimizer: DualTrackOptimizer;
  budgets: BudgetBook;
  pricing: Pick<Pricing, 'rulesFor'>;
  /** What savings are measured against; null: nothing is. */
  reference: () => ReferenceModel | null;
  /** Watts that this machine draws more while it answers. */
  localWatts: () => number;
  /** How fast a local model wrote an answer long enough to tell, with the machine to itself. */
  noteSpeed: (endpoint: Endpoint, tokensPerSecond: number) => void;
}

/** Shorter answers tell nothing of a speed. */
const TELLING_TOKENS = 16;

export interface TicketOf {
  /** The handle at the optimizer; null: it had no part in the choice. */
  request: OpenRequest | null;
  /** Id of the app whose key was shown. */
  appId: string | null;
  /** What a call there may cost at most, in nano-dollars; null: unknown. */
  ceilingOf: (endpoint: Endpoint) => number | null;
}

/**
 * One request on its way, as money and learning see it: holds money before each cloud call, books what it cost, and tells
 * the optimizer how it went.
 */
export class CallTicket implements RouteTicket {
  readonly #parts: TicketParts;
  readonly #of: TicketOf;
  /** In the order of the calls they were made for; null until there is one. */
  #held: { endpointId: string; reservation: Reservation }[] | null = null;

  constructor(parts: TicketParts, of: TicketOf) {
    this.#parts = parts;
    this.#of = of;
  }

  /** Only what somebody learns from is looked at. */
  get wantsSigns(): boolean {
    return this.#of.request !== null;
  }

  admit(endpoint: Endpoint): string | null {
    if (endpoint.track === 'local') return null;
    const { appId, ceilingOf } = this.#of;
    const { budgets } = this.#parts;
    const { providerId } = endpoint;
    // Without a limit nothing is held, and what it may cost need not be found out.
    const ceilingNanoUsd = budgets.hasLimits ? ceilingOf(endpoint) : null;
    const reserved = budgets.reserve({ appId, providerId, ceilingNanoUsd });
    if (!reserved.ok) return reserved.refused;
    (this.#held ??= []).push({ endpointId: endpoint.id, reservation: reserved.reservation });
    return null;
  }

  settled(outcome: ExchangeOutcome): Settlement {
    this.#settleMoney(outcome);
    const { record, answeredBy } = outcome;
    const answer = answeredBy === null ? undefined : outcome.attempts.find(({ endpoint }) => endpoint === answeredBy);
    const energyJoules = this.#energyOf(outcome.attempts);
    for (const { endpoint, tokensPerSecond, booked, ranAlone } of outcome.attempts) {
      // Calls side by side share the machine: their speeds would look like a machine held back.
      if (endpoint.track === 'cloud' || tokensPerSecond === null || !ranAlone) continue;
      if ((booked.usage.outputTokens ?? 0) >= TELLING_TOKENS) this.#parts.noteSpeed(endpoint, tokensPerSecond);
    }
    const { request } = this.#of;
    const { optimizer } = this.#parts;
    if (request === null) {
      optimizer.observeCalls(() => outcome.attempts.map((attempt) => toCallReport(attempt, record.stream)));
    }
    const decision =
      request === null
        ? null
        : optimizer.complete(request, {
            path: record.path,
            result: toRequestResult(outcome, energyJoules),
            success: record.outcome === 'ok',
            errorType: record.failureCode,
          });
    return { decision, energyJoules, referenceNanoUsd: this.#referenceOf(answer) };
  }

  /** Each call's reservation takes what the call was booked with; money held for a call that was never made goes back. */
  #settleMoney({ attempts }: ExchangeOutcome): void {
    if (this.#held === null) return;
    for (const { endpoint, booked } of attempts) {
      const place = this.#held.findIndex(({ endpointId }) => endpointId === endpoint.id);
      if (place !== -1) this.#held.splice(place, 1)[0]?.reservation.settle(booked.costNanoUsd);
    }
    for (const { reservation } of this.#held) reservation.release();
    this.#held = null;
  }

  /** Of all local calls, losers too; null as soon as one is unknown. */
  #energyOf(attempts: readonly AttemptOutcome[]): number | null {
    let joules: number | null = 0;
    for (const { endpoint, callMs, booked } of attempts) {
      if (endpoint.track === 'cloud' || callMs === null || joules === null) continue;
      const energy = energyOfAnswer({
        watts: this.#parts.localWatts(),
        busyMs: callMs,
        inputTokens: booked.usage.inputTokens,
        outputTokens: booked.usage.outputTokens,
        inputTokensPerSecond: null,
        outputTokensPerSecond: null,
      });
      joules = energy === null ? null : joules + energy;
    }
    return joules;
  }

  #referenceOf(answer: AttemptOutcome | undefined): number | null {
    if (answer === undefined) return null;
    const reference = this.#parts.reference();
    if (reference === null) return null;
    const rules = this.#parts.pricing.rulesFor(reference.model);
    return referenceCost({ usage: answer.booked.usage, rules });
  }
}

function toCallReport(attempt: AttemptOutcome, streamed: boolean): CallReport {
  const { endpoint, booked, queueMs, firstTokenMs, loadMs, callMs, tokensPerSecond } = attempt;
  return {
    endpoint,
    wasLoaded: endpoint.loaded,
    outcome: booked.outcome,
    failureCode: booked.failureCode,
    wasSent: callMs !== null,
    streamed,
    queueMs,
    firstTokenMs,
    loadMs,
    durationMs: callMs ?? 0,
    tokensPerSecond,
    inputTokens: booked.usage.inputTokens,
    cachedInputTokens: booked.usage.cachedInputTokens,
    outputTokens: booked.usage.outputTokens,
    costNanoUsd: booked.costNanoUsd,
  };
}

function toRequestResult(outcome: ExchangeOutcome, energyJoules: number | null): RequestResult {
  const { record, attempts, answeredBy, answer } = outcome;
  return {
    calls: attempts.map((attempt) => toCallReport(attempt, record.stream)),
    answeredBy: answeredBy?.id ?? null,
    firstTokenMs: record.firstContentMs,
    durationMs: record.durationMs,
    stream: record.stream,
    signs: answer,
    energyJoules,
  };
}
