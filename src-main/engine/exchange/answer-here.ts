import type { Protocol } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import type { Operation, RequestRecord } from '../store/records.ts';
import { settleTicket, UNROUTED } from './ask-ticket.ts';
import type { ExchangeContext } from './context.ts';
import { ERROR_FORMATS } from './formats.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { ClientSink, RouteTicket } from './job.ts';
import { outcomeOf } from './settle.ts';

/** A request that nothing was called for. */
interface Uncalled {
  call: IncomingCall;
  operation: Operation;
  model: string | null;
  /** Of a request that was routed before nothing came of it. */
  ticket?: RouteTicket | null;
}

/** Answers with an error in the request's own protocol, and books it. */
export function refuse(
  context: ExchangeContext,
  refusal: Uncalled & { protocol: Protocol; failure: Failure },
  sink: ClientSink,
): void {
  const { failure } = refusal;
  const format = ERROR_FORMATS[refusal.protocol];
  const status = format.statusOf(failure);
  const headers = Object.entries(failure.headers ?? {}).flat();
  send(sink, { call: refusal.call, status, headers, body: JSON.stringify(format.print(failure)) });
  book(context, refusal, { status, failure, reason: reasonOf(failure) });
}

/** What is said of a request that is not valid may quote it, and nothing of what a person writes is recorded. */
function reasonOf(failure: Failure): string {
  return failure.code === 'invalid_request' ? `not valid: ${failure.param ?? 'the body'}` : failure.message;
}

/** Answers with what we know ourselves, and books it. */
export function answerHere(
  context: ExchangeContext,
  answer: Uncalled & { body: string; headers: string[]; reason: string },
  sink: ClientSink,
): void {
  send(sink, { call: answer.call, status: 200, headers: answer.headers, body: answer.body });
  book(context, answer, { status: 200, failure: null, reason: answer.reason });
}

/** Books a request whose client hung up before anything was called. */
export function bookHangUp(context: ExchangeContext, uncalled: Uncalled): void {
  const failure: Failure = { code: 'cancelled', message: 'The client hung up.' };
  book(context, uncalled, { status: 499, failure, reason: failure.message });
}

function send(
  sink: ClientSink,
  { call, status, headers, body }: { call: IncomingCall; status: number; headers: string[]; body: string },
): void {
  const length = String(Buffer.byteLength(body));
  sink.listener = null;
  sink.head(status, [
    'x-pointsman-request-id',
    call.id,
    'content-type',
    'application/json',
    'content-length',
    length,
    ...headers,
  ]);
  sink.end(body);
}

function book(
  context: ExchangeContext,
  { call, operation, model, ticket = null }: Uncalled,
  end: { status: number; failure: Failure | null; reason: string },
): void {
  const durationMs = context.clock.monotonicMs() - call.arrivedMs;
  const record: RequestRecord = {
    ...UNROUTED,
    id: call.id,
    startedAtMs: call.startedAtMs,
    operation,
    app: call.caller.name,
    requestedModel: model,
    stream: false,
    outcome: outcomeOf(end.failure),
    status: end.status,
    path: null,
    reason: end.reason,
    failureCode: end.failure?.code ?? null,
    durationMs,
    firstContentMs: end.failure === null ? durationMs : null,
    overheadMs: durationMs,
    attempts: [],
  };
  if (ticket !== null) {
    Object.assign(record, settleTicket(context, ticket, { record, attempts: [], answeredBy: null, answer: null }));
  }
  context.onRecord(record);
}
