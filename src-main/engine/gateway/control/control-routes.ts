import { sendJson, sendText } from '../respond.ts';
import type { RouteTable } from '../router.ts';
import { answerOperation, type OperationOptions } from './answer-operation.ts';
import { isAllowed } from './is-allowed.ts';
import { openApiDocument } from './openapi-document.ts';
import { redeemSession } from './session-route.ts';
import type { SessionCodes } from './session-codes.ts';

export interface ControlOptions extends OperationOptions {
  codes: SessionCodes;
  /** Prometheus text. */
  metrics: () => Promise<{ contentType: string; text: string }>;
}

/** `/control/v1/*` and `/metrics`, all behind the control token, and `/health`, which tells nothing. */
export function controlRoutes(options: ControlOptions): RouteTable {
  return {
    'GET /health': (call) => sendJson(call, 200, { status: 'ok' }),
    'GET /metrics': (call) => {
      if (!isAllowed(call, options.token())) return;
      void options.metrics().then(({ text, contentType }) => sendText(call, 200, text, contentType));
    },
    'GET /control/v1/openapi.json': (call) => {
      if (isAllowed(call, options.token())) void openApiDocument().then((document) => sendJson(call, 200, document));
    },
    'POST /control/v1/session': redeemSession(options),
    '* /control/*': answerOperation(options),
  };
}
