import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdSource } from '../ids.ts';
import type { Clock, Log } from '../ports.ts';
import type { Failure } from '../protocols/failure.ts';
import { protocolOf, type GatewayCall } from './call.ts';
import { isFromOwnPage } from './control/is-allowed.ts';
import { checkCaller, preflightHeaders, type GuardOptions } from './guard.ts';
import { sendFailure, sendInternal } from './respond.ts';
import type { Router } from './router.ts';

export interface GatewayOptions {
  clock: Clock;
  log: Log;
  ids: IdSource;
  router: Router;
  onRefused(): void;
}

/** Where every request comes in: guard, then route. One function for all listeners; each has its own guard options. */
export function createGateway(options: GatewayOptions) {
  const { clock, ids, router, log } = options;
  return (guard: () => GuardOptions) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const arrivedMs = clock.monotonicMs();
      const url = request.url ?? '/';
      const queryAt = url.indexOf('?');
      const path = queryAt === -1 ? url : url.slice(0, queryAt);
      const verdict = checkCaller(request, guard());
      const call: GatewayCall = {
        id: ids.next(),
        arrivedMs,
        startedAtMs: clock.nowMs(),
        request,
        response,
        method: request.method ?? 'GET',
        path,
        query: queryAt === -1 ? '' : url.slice(queryAt),
        cors: verdict.allowed ? verdict.cors : [],
        protocol: protocolOf(decoded(path), request),
      };
      if (!verdict.allowed) {
        options.onRefused();
        sendFailure(call, verdict.failure);
        return;
      }
      try {
        dispatch(router, call);
      } catch (error) {
        sendInternal(call, log, error);
      }
    };
}

function dispatch(router: Router, call: GatewayCall): void {
  if (call.method === 'OPTIONS' && call.request.headers.origin !== undefined) {
    if (isControl(decoded(call.path)) && !isFromOwnPage(call)) return;
    call.response.writeHead(204, [...call.cors, ...preflightHeaders(call.request)]);
    call.response.end();
    return;
  }
  const found = router.find(call.method, decoded(call.path));
  if (found.kind === 'handler') found.handler(call);
  else sendFailure(call, notServed(call, found.kind === 'wrong_method' ? found.allow : null));
}

function isControl(path: string): boolean {
  return path.startsWith('/control/') || path === '/metrics';
}

/** Ollama decodes a path before it looks for its route, and so must we: `/api/%63hat` is `/api/chat`. */
function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function notServed({ method, path }: GatewayCall, allow: string | null): Failure {
  if (allow === null) return { code: 'not_found', message: `There is nothing at ${method} ${path}.` };
  const message = `${path} takes ${allow}, not ${method}.`;
  return { code: 'method_not_allowed', message, headers: { allow } };
}
