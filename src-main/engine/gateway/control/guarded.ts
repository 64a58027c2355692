import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { statusOf } from '../../protocols/failure.ts';
import type { GatewayCall } from '../call.ts';
import { readBody } from '../read-body.ts';
import { sendJson } from '../respond.ts';
import type { Handler } from '../router.ts';
import { ControlProblem } from './control-problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** What answers a control call: a value that is sent as JSON. Input is the parsed body of a POST. */
export type Operation = (input: unknown, call: GatewayCall) => unknown;

/** Makes handlers of operations: each behind the control token, errors told as the control API tells them. */
export type Guard = (operation: Operation) => Handler;

export function createGuard(token: () => string): Guard {
  return (operation) => (call) => {
    if (isAllowed(call, token())) run(call, operation);
  };
}

/** The part of the path that names the thing, between `prefix` and `suffix`. */
export function idIn(call: GatewayCall, prefix: string, suffix = ''): string {
  return decode(call.path.slice(prefix.length, call.path.length - suffix.length));
}

/** The query string as a plain object. */
export function queryOf(call: GatewayCall): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(call.query));
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
export function isAllowed(call: GatewayCall, token: string): boolean {
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
