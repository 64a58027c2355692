import { z } from 'zod';
import { operationSchemas } from '../../../../src-shared/operation-call.ts';
import type { OperationName, OperationOutput } from '../../../../src-shared/operations.ts';
import type { GatewayCall } from '../call.ts';
import { sendJson } from '../respond.ts';
import type { Handler } from '../router.ts';
import { ControlProblem } from './control-problem.ts';
import { findOperation } from './find-operation.ts';
import { isAllowed } from './is-allowed.ts';
import type { OperationHandlers } from './operation-handlers.ts';
import { readInput } from './read-input.ts';
import { sendProblem } from './send-problem.ts';

export interface OperationOptions {
  handlers: OperationHandlers;
  token: () => string;
  /** In tests each answer is held against its schema; a wrong one becomes an error. */
  checkAnswers: boolean;
}

/** Everything below `/control/` that is an operation of the table, and all that is nothing, behind the control token. */
export function answerOperation(options: OperationOptions): Handler {
  return (call) => {
    if (!isAllowed(call, options.token())) return;
    answer(call, options).then(
      (output) => sendJson(call, 200, output),
      (error: unknown) => sendProblem(call, error),
    );
  };
}

async function answer(call: GatewayCall, options: OperationOptions): Promise<unknown> {
  const found = findOperation(call.method, call.path);
  switch (found.kind) {
    case 'none':
      throw new ControlProblem(404, 'not_found', `There is nothing at ${call.method} ${call.path}.`);
    case 'wrong_method': {
      call.response.setHeader('allow', found.allow);
      const message = `${call.path} takes ${found.allow}, not ${call.method}.`;
      throw new ControlProblem(405, 'method_not_allowed', message);
    }
    case 'operation':
      return run(found.name, await readInput(call, found.parameters), options);
  }
}

async function run<Name extends OperationName>(
  name: Name,
  given: Readonly<Record<string, unknown>>,
  { handlers, checkAnswers }: OperationOptions,
): Promise<OperationOutput<Name>> {
  const { input, output } = operationSchemas[name];
  const parsed = input.safeParse(given);
  if (!parsed.success) throw new ControlProblem(400, 'invalid_request', z.prettifyError(parsed.error));
  const answered = await handlers[name](parsed.data);
  if (!checkAnswers) return answered;
  const checked = output.safeParse(answered);
  if (checked.success) return answered;
  throw new Error(`${name} answered what its schema does not allow: ${z.prettifyError(checked.error)}`);
}
