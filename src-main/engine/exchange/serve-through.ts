import type { Readable } from 'node:stream';
import { UNKNOWN_USAGE } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { UpstreamHandle, UpstreamHeaders } from '../providers/upstream-call.ts';
import type { Outcome } from '../store/records.ts';
import { UNROUTED } from './ask-ticket.ts';
import { classifyTransport } from './classify-failure.ts';
import type { ExchangeContext, ProviderAccess } from './context.ts';
import type { ClientSink } from './job.ts';

/** A call that is not ours to understand. */
export interface ThroughCall {
  id: string;
  arrivedMs: number;
  startedAtMs: number;
  app: string | null;
  method: string;
  /** Path below the provider's origin, with query. */
  path: string;
  /** End-to-end request headers that may travel: names and values in turn. */
  headers: readonly string[];
  body: Readable | Buffer | null;
  access: ProviderAccess;
  isLocal: boolean;
  printError(failure: Failure): { status: number; body: string };
}

/** Headers about this one connection or about bytes that we may have decoded; all others are relayed as they are. */
const NOT_RELAYED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-encoding',
  'content-length',
]);

/** Passes a call to a provider untouched: method, query, body and status, progress streams included. */
export function serveThrough(context: ExchangeContext, call: ThroughCall, sink: ClientSink): void {
  let status = 502;
  let failure: Failure | null = null;
  let firstByteMs: number | null = null;
  let handle: UpstreamHandle | null = null;
  const finish = (outcome: Outcome) => {
    sink.listener = null;
    book(context, call, { outcome, status, failure, firstByteMs });
  };
  sink.listener = {
    onDrain: () => handle?.resume(),
    onHangUp() {
      handle?.abort();
      status = 499;
      failure = { code: 'cancelled', message: 'The client hung up.' };
      finish('cancelled');
    },
  };
  handle = context.client.send(
    {
      origin: call.access.origin,
      path: call.path,
      method: call.method,
      headers: [...call.headers, ...call.access.authHeaders],
      body: call.body,
    },
    {
      onHead(upstreamStatus, headers) {
        status = upstreamStatus;
        firstByteMs = context.clock.monotonicMs();
        sink.head(upstreamStatus, relayedHeaders(call, headers));
      },
      onBytes(bytes) {
        if (!sink.write(bytes)) handle?.pause();
      },
      onEnd() {
        sink.end();
        finish(status >= 400 ? 'failed' : 'ok');
      },
      onError(problem) {
        failure = classifyTransport(problem, call.access.name);
        if (sink.headSent) sink.destroy();
        else {
          const printed = call.printError(failure);
          status = printed.status;
          sink.head(status, ['x-pointsman-request-id', call.id, 'content-type', 'application/json']);
          sink.end(printed.body);
        }
        finish('failed');
      },
    },
  );
}

function relayedHeaders(call: ThroughCall, headers: UpstreamHeaders): string[] {
  const relayed = ['x-pointsman-request-id', call.id];
  for (const name in headers) {
    if (NOT_RELAYED.has(name) || name.startsWith('access-control-')) continue;
    for (const value of [headers[name]].flat()) if (value !== undefined) relayed.push(name, value);
  }
  return relayed;
}

function book(
  context: ExchangeContext,
  call: ThroughCall,
  end: { outcome: Outcome; status: number; failure: Failure | null; firstByteMs: number | null },
): void {
  const nowMs = context.clock.monotonicMs();
  const durationMs = nowMs - call.arrivedMs;
  const firstContentMs = end.firstByteMs === null ? null : end.firstByteMs - call.arrivedMs;
  const track = call.isLocal ? 'local' : 'cloud';
  const failureCode = end.failure?.code ?? null;
  context.onRecord({
    ...UNROUTED,
    id: call.id,
    startedAtMs: call.startedAtMs,
    operation: 'pass-through',
    app: call.app,
    requestedModel: null,
    stream: false,
    outcome: end.outcome,
    status: end.status,
    path: end.outcome === 'ok' ? track : null,
    reason: `passed through to ${call.access.name}`,
    failureCode,
    durationMs,
    firstContentMs,
    overheadMs: 0,
    attempts: [
      {
        providerId: call.access.id,
        model: call.path.replace(/\?.*$/s, ''),
        track,
        startedMs: 0,
        firstContentMs,
        durationMs,
        outcome: end.outcome,
        status: end.firstByteMs === null ? null : end.status,
        failureCode,
        usage: UNKNOWN_USAGE,
        usageEstimated: false,
        costNanoUsd: call.isLocal ? 0 : null,
        price: null,
      },
    ],
  });
}
