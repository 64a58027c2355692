/**
 * Why a call gave nothing. `offline`: the engine was not reached. `unauthorized`: it does not know our token. `refused`:
 * it said no, with a sentence for the person. `invalid`: its answer was not what the contract says.
 */
export type ClientErrorKind = 'offline' | 'unauthorized' | 'refused' | 'invalid';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;

  constructor(kind: ClientErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Any thrown thing as a ClientError. */
export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  return new ClientError('invalid', error instanceof Error ? error.message : String(error), { cause: error });
}
