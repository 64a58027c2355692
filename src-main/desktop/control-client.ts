import { controlError } from '../../src-shared/control.ts';
import type { Access } from '../../src-shared/bridge.ts';
import { operationSchemas, toOperationCall } from '../../src-shared/operation-call.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';

export type CallOperation = <Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
) => Promise<OperationOutput<Name>>;

const TIMEOUT_MS = 15_000;

/** Calls the engine over loopback by operation name. Rejects with a sentence for the person. */
export function createControlClient(options: { access: () => Access | null; fetch: typeof fetch }): CallOperation {
  return async (name, input) => {
    const access = options.access();
    if (access === null) throw new Error('The engine does not run.');
    const { method, path, body } = toOperationCall(name, input);
    const reply = await options.fetch(`${access.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === null ? {} : { body }),
    });
    const answer: unknown = await reply.json().catch(() => null);
    if (!reply.ok) {
      const problem = controlError.safeParse(answer);
      throw new Error(problem.success ? problem.data.error.message : `The engine answered ${reply.status}.`);
    }
    return operationSchemas[name].output.parse(answer);
  };
}
