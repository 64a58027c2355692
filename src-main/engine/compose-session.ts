import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { SessionCodes } from './gateway/control/session-codes.ts';
import type { ControlToken } from './store/control-token.ts';
import { codeOf } from './store/error-code.ts';

/** How pages are signed in, and how everybody is signed out. */
export function composeSession(parts: {
  codes: SessionCodes;
  token: ControlToken;
  addresses: () => readonly string[];
}): Pick<OperationHandlers, 'session.code' | 'token.rotate'> {
  return {
    'session.code': () => ({ ...parts.codes.issue(), address: parts.addresses()[0] ?? '' }),
    'token.rotate'() {
      parts.codes.clear();
      try {
        return { token: parts.token.rotate() };
      } catch (error) {
        const message = `The file control-token cannot be written (${codeOf(error)}): the old token holds on.`;
        throw new ControlProblem(409, 'not_saved', message);
      }
    },
  };
}
