import { z } from 'zod';
import type { Access } from '../../src-shared/bridge.ts';
import { controlError } from '../../src-shared/control.ts';
import { operationSchemas, toOperationCall } from '../../src-shared/operation-call.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import { ClientError } from './client-error.ts';

/** Longer than the engine itself waits for anything. */
const CALL_TIMEOUT_MS = 90_000;

/** Asks the engine, and parses what it answers. Throws ClientError. */
export async function callOperation<Name extends OperationName>(
  access: Access,
  name: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const { method, path, body } = toOperationCall(name, input);
  const response = await request(access, path, { method, ...(body === null ? {} : { body }) });
  const parsed = operationSchemas[name].output.safeParse(await readJson(response));
  if (parsed.success) return parsed.data;
  const message = `The answer to ${name} is not what was agreed: ${z.prettifyError(parsed.error)}`;
  throw new ClientError('invalid', message, { cause: parsed.error });
}

/** One HTTP call with the token. Throws ClientError for anything but success. */
async function request(access: Access, path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(access.address + path, {
    ...init,
    cache: 'no-store',
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    headers: {
      authorization: `Bearer ${access.token}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  }).catch((error: unknown) => {
    throw new ClientError('offline', 'The engine cannot be reached.', { cause: error });
  });
  if (response.ok) return response;
  throw await toRefusal(response);
}

/** What the engine said when it refused. */
export async function toRefusal(response: Response): Promise<ClientError> {
  const told = z.safeParse(controlError, await readJson(response).catch(() => null));
  const message = told.success ? told.data.error.message : `The engine answered with status ${response.status}.`;
  return new ClientError(response.status === 401 ? 'unauthorized' : 'refused', message);
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ClientError('invalid', 'The engine’s answer is no JSON.', { cause: error });
  }
}
