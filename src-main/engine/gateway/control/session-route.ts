import type { GatewayCall } from '../call.ts';
import { sendJson } from '../respond.ts';
import type { Handler } from '../router.ts';
import { ControlProblem } from './control-problem.ts';
import { isFromOwnPage, refuse } from './is-allowed.ts';
import { readInput } from './read-input.ts';
import type { SessionCodes } from './session-codes.ts';
import { sendProblem } from './send-problem.ts';

const SCHEME = 'Code ';

/** `POST /control/v1/session` with `authorization: Code CODE`: the control token for a single-use code. */
export function redeemSession(options: { codes: SessionCodes; token: () => string }): Handler {
  return (call) => {
    if (!isFromOwnPage(call)) return;
    readInput(call, {}).then(
      () => answer(call, options),
      (error: unknown) => sendProblem(call, error),
    );
  };
}

function answer(call: GatewayCall, { codes, token }: { codes: SessionCodes; token: () => string }): void {
  const { authorization } = call.request.headers;
  const code = authorization?.startsWith(SCHEME) === true ? authorization.slice(SCHEME.length) : '';
  if (codes.redeem(code)) {
    call.response.setHeader('cache-control', 'no-store');
    sendJson(call, 200, { token: token() });
    return;
  }
  const message = 'This code is wrong, was used before, or is older than a minute. Make a new one: pointsman open';
  refuse(call, new ControlProblem(401, 'unauthorized', message));
}
