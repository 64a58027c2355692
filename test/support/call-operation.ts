import { controlError } from '../../src-shared/control.ts';
import { operationSchemas, toOperationCall } from '../../src-shared/operation-call.ts';
import type { OperationInput, OperationName, OperationOutput } from '../../src-shared/operations.ts';
import type { z } from 'zod';

/** What the control API objected to. */
export class RefusedOperation extends Error {
  override readonly name = 'RefusedOperation';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Asks a running engine for an operation over HTTP; the answer is held against its schema. */
export async function callOperation<Name extends OperationName>(
  engine: { url: string; engine: { controlToken: string } },
  name: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const { method, path, body } = toOperationCall(name, input);
  const headers = { authorization: `Bearer ${engine.engine.controlToken}`, 'content-type': 'application/json' };
  const reply = await fetch(engine.url + path, { method, headers, body });
  const value: unknown = await reply.json();
  if (!reply.ok) {
    const { error } = controlError.parse(value);
    throw new RefusedOperation(reply.status, error.code, error.message);
  }
  const schema: z.ZodType<OperationOutput<Name>> = operationSchemas[name].output;
  return schema.parse(value);
}
