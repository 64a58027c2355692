import type { OperationName, OperationOutput, OperationParsed } from '../../../../src-shared/operations.ts';

/**
 * What answers each operation of the control API; the compiler sees to it that none is missing. Wishes that cannot be
 * granted throw, or reject with, a ControlProblem.
 */
export type OperationHandlers = {
  readonly [Name in OperationName]: (
    input: OperationParsed<Name>,
  ) => OperationOutput<Name> | Promise<OperationOutput<Name>>;
};
