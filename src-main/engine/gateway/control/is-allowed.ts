import { createHash, timingSafeEqual } from 'node:crypto';
import type { GatewayCall } from '../call.ts';
import { ControlProblem } from './control-problem.ts';
import { isOwnPage } from './is-own-page.ts';
import { sendProblem } from './send-problem.ts';

/** Token first, then the page's origin. Answers by itself when the call is not allowed. */
export function isAllowed(call: GatewayCall, token: string): boolean {
  const { authorization } = call.request.headers;
  const given = authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : '';
  if (isSameSecret(given, token)) return isFromOwnPage(call);
  const message =
    'Control calls need the control token: "authorization: Bearer TOKEN". It is in the file control-token in the data folder.';
  refuse(call, new ControlProblem(401, 'unauthorized', message));
  return false;
}

/** Answers by itself when the call is another page's. */
export function isFromOwnPage(call: GatewayCall): boolean {
  if (isOwnPage(call.request)) return true;
  const { origin } = call.request.headers;
  refuse(call, new ControlProblem(403, 'forbidden', `Pages of ${origin ?? ''} may not control Pointsman.`));
  return false;
}

/** A page that is not ours may not even read that it was refused. */
export function refuse(call: GatewayCall, problem: ControlProblem): void {
  sendProblem(isOwnPage(call.request) ? call : { ...call, cors: [] }, problem);
}

/** Compares in constant time; hashing first makes the lengths equal. */
export function isSameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
