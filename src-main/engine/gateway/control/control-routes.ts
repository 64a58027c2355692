import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { addProvider, requestsQuery } from '../../../../src-shared/control.ts';
import { statusOf } from '../../protocols/failure.ts';
import type { GatewayCall } from '../call.ts';
import { readBody } from '../read-body.ts';
import { sendJson, sendText } from '../respond.ts';
import type { Handler, RouteTable } from '../router.ts';
import { ControlProblem, type ControlServices } from './control-services.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const keyBody = z.strictObject({ key: z.string().min(1) });

/** What answers a control call: a value that is sent as JSON. Input is the parsed body of a POST. */
type Operation = (input: unknown, call: GatewayCall) => unknown;

/** `/control/v1/*` and `/metrics`, all behind the control token, and `/health`, which tells nothing. */
export function controlRoutes(services: ControlServices, token: () => string): RouteTable {
  const guarded = (operation: Operation): Handler => {
    return (call) => {
      if (!isAllowed(call, token())) return;
      run(call, operation);
    };
  };
  const idIn = (call: GatewayCall, prefix: string, suffix = '') =>
    decode(call.path.slice(prefix.length, call.path.length - suffix.length));
  return {
    'GET /health': (call) => sendJson(call, 200, { status: 'ok' }),
    'GET /metrics': (call) => {
      if (!isAllowed(call, token())) return;
      void services.metrics().then(({ text, contentType }) => sendText(call, 200, text, contentType));
    },
    'GET /control/v1/status': guarded(() => services.status()),
    'GET /control/v1/requests': guarded((_input, call) =>
      services.requests(requestsQuery.parse(Object.fromEntries(new URLSearchParams(call.query)))),
    ),
    'GET /control/v1/requests/*': guarded((_input, call) => {
      const found = services.request(idIn(call, '/control/v1/requests/'));
      if (found === null) throw new ControlProblem(404, 'not_found', 'No request with this id is recorded (yet).');
      return found;
    }),
    'GET /control/v1/models': guarded(() => ({ models: services.models() })),
    'GET /control/v1/providers': guarded(() => ({ providers: services.providers() })),
    'POST /control/v1/providers': guarded((input) => services.addProvider(addProvider.parse(input))),
    'POST /control/v1/providers/refresh': guarded(async () => ({ providers: await services.refreshProviders() })),
    'POST /control/v1/providers/*': guarded((input, call) => {
      if (call.path.endsWith('/test')) return services.testProvider(idIn(call, '/control/v1/providers/', '/test'));
      if (!call.path.endsWith('/key')) throw new ControlProblem(404, 'not_found', `There is nothing at ${call.path}.`);
      return services.setProviderKey(idIn(call, '/control/v1/providers/', '/key'), keyBody.parse(input).key);
    }),
    'DELETE /control/v1/providers/*': guarded(async (_input, call) => {
      await services.removeProvider(idIn(call, '/control/v1/providers/'));
      return { removed: true };
    }),
    '* /control/*': guarded((_input, call) => {
      throw new ControlProblem(404, 'not_found', `There is nothing at ${call.method} ${call.path}.`);
    }),
  };
}

/** What is not percent-encoded as it should be is the name of nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Token first; then a page's Origin must be our own: a local page of somebody else's has no business here. */
function isAllowed(call: GatewayCall, token: string): boolean {
  const { authorization, origin, host } = call.request.headers;
  const given = authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : '';
  if (!isSame(given, token)) {
    const message =
      'Control calls need the control token: "authorization: Bearer TOKEN". It is in the file control-token in the data folder.';
    sendProblem(call, new ControlProblem(401, 'unauthorized', message));
    return false;
  }
  if (origin === undefined || origin === `http://${host ?? ''}` || origin === 'app://pointsman') return true;
  sendProblem(call, new ControlProblem(403, 'forbidden', `Pages of ${origin} may not control Pointsman.`));
  return false;
}

/** Compares in constant time; hashing first makes the lengths equal. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function run(call: GatewayCall, operation: Operation): void {
  const answer = async (input: unknown) => {
    try {
      sendJson(call, 200, await operation(input, call));
    } catch (error) {
      sendProblem(call, error);
    }
  };
  if (call.method !== 'POST') {
    void answer(null);
    return;
  }
  readBody(call.request, MAX_BODY_BYTES, {
    onFailure: (failure) => sendProblem(call, new ControlProblem(statusOf(failure), failure.code, failure.message)),
    onBody: (bytes) => {
      const input = parseInput(call, bytes);
      if (input instanceof ControlProblem) sendProblem(call, input);
      else void answer(input);
    },
  });
}

function parseInput(call: GatewayCall, bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  if (call.request.headers['content-type']?.startsWith('application/json') !== true) {
    return new ControlProblem(415, 'unsupported_media_type', 'Send the header "content-type: application/json".');
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return new ControlProblem(400, 'invalid_request', 'The body is not JSON.');
  }
}

function sendProblem(call: GatewayCall, error: unknown): void {
  if (error instanceof ControlProblem) {
    sendJson(call, error.status, { error: { code: error.code, message: error.message } });
  } else if (error instanceof z.ZodError) {
    sendJson(call, 400, { error: { code: 'invalid_request', message: z.prettifyError(error) } });
  } else {
    const message = error instanceof Error ? error.message : 'unknown reason';
    sendJson(call, 500, { error: { code: 'internal', message: `Pointsman failed on this call: ${message}` } });
  }
}
