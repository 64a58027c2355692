import type { Failure } from '../protocols/failure.ts';
import type { AttemptRecord, Outcome, Path, RequestRecord } from '../store/records.ts';
import { settleTicket } from './ask-ticket.ts';
import type { Attempt } from './attempt.ts';
import { bookAttempt, describeAttempt } from './book-attempt.ts';
import type { ExchangeContext } from './context.ts';
import type { AttemptOutcome, ExchangeOutcome, Job } from './job.ts';
import { endKeeping } from './keeping.ts';
import { overheadMs } from './reply-headers.ts';

export interface Ending {
  job: Job;
  /** In the order they were started. */
  attempts: readonly Attempt[];
  /** Whose answer the client got, whole or broken off; else the last that was tried; null: none was. */
  attempt: Attempt | null;
  /** What the client got; 499 when it hung up. */
  status: number;
  failure: Failure | null;
  path: Path | null;
  firstContentMs: number | null;
  nowMs: number;
}

/** Books a finished request: every attempt with its tokens and price, then the whole. Returns what it cost, or null. */
export function settle(context: ExchangeContext, ending: Ending): number | null {
  const { job, failure, attempt, nowMs } = ending;
  const { ticket } = job.route;
  const attempts = ending.attempts.map((each) => bookAttempt(context, job, each));
  const record: RequestRecord = {
    id: job.id,
    startedAtMs: job.startedAtMs,
    operation: job.operation,
    app: job.app,
    requestedModel: job.requestedModel,
    stream: job.stream,
    outcome: outcomeOf(failure),
    status: ending.status,
    path: failure === null ? ending.path : null,
    reason: job.route.reason,
    failureCode: failure?.code ?? null,
    durationMs: nowMs - job.arrivedMs,
    firstContentMs: ending.firstContentMs === null ? null : ending.firstContentMs - job.arrivedMs,
    overheadMs:
      attempt === null
        ? nowMs - job.arrivedMs
        : overheadMs({ job, attempts: ending.attempts, attempt, nowMs: attempt.reply.readyMs ?? nowMs }),
    attempts,
    decision: null,
    referenceNanoUsd: null,
    energyJoules: null,
  };
  if (ticket !== null) {
    const { decision, referenceNanoUsd, energyJoules } = settleTicket(context, ticket, toOutcome(ending, record));
    record.decision = decision;
    record.referenceNanoUsd = referenceNanoUsd;
    record.energyJoules = energyJoules;
  }
  context.onRecord(record);
  const costNanoUsd = sumCosts(attempts);
  if (job.keeping !== null && failure === null && attempt !== null) {
    endKeeping(context, { keeping: job.keeping, attempt, record, costNanoUsd });
  }
  return costNanoUsd;
}

function toOutcome({ attempts, attempt, failure, firstContentMs }: Ending, record: RequestRecord): ExchangeOutcome {
  const answered = failure === null || firstContentMs !== null ? attempt : null;
  const described: AttemptOutcome[] = [];
  for (let place = 0; place < attempts.length; place += 1) {
    const each = attempts[place];
    const booked = record.attempts[place];
    if (each !== undefined && booked !== undefined) described.push(describeAttempt(each, booked));
  }
  return {
    record,
    attempts: described,
    answeredBy: answered?.endpoint ?? null,
    answer: answered?.signs ?? null,
  };
}

/** How a request ended, by its failure. */
export function outcomeOf(failure: Failure | null): Outcome {
  if (failure === null) return 'ok';
  return failure.code === 'cancelled' ? 'cancelled' : 'failed';
}

/** null as soon as one part is unknown: a sum of known parts would look like the whole. */
function sumCosts(attempts: readonly AttemptRecord[]): number | null {
  let sum = 0;
  for (const { costNanoUsd } of attempts) {
    if (costNanoUsd === null) return null;
    sum += costNanoUsd;
  }
  return sum;
}
