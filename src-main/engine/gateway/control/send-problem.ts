import type { GatewayCall } from '../call.ts';
import { sendJson } from '../respond.ts';
import { ControlProblem } from './control-problem.ts';

/** Tells what went wrong as the control API tells it: `{ error: { code, message } }`. */
export function sendProblem(call: GatewayCall, error: unknown): void {
  if (error instanceof ControlProblem) {
    sendJson(call, error.status, { error: { code: error.code, message: error.message } });
    return;
  }
  const message = error instanceof Error ? error.message : 'unknown reason';
  sendJson(call, 500, { error: { code: 'internal', message: `Pointsman failed on this call: ${message}` } });
}
