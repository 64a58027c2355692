import { z } from 'zod';
import { modelStatus, requestView, type RequestView } from '../../../src-shared/control.ts';
import { gateView, resourceSnapshot } from '../../../src-shared/machine.ts';
import type { Strategy } from '../../../src-shared/strategy.ts';
import { addedApp, spendReport, type AddApp } from '../../../src-shared/money.ts';
import {
  feedbackTaken,
  optimizerStatus,
  routeAnswer,
  type OptimizerChange,
  type RouteQuestionInput,
} from '../../../src-shared/optimizer.ts';

/** Where the gateway listens, and what opens its control API. */
export interface Gateway {
  gatewayUrl: string;
  controlToken: string;
  signal: AbortSignal;
}

const modelsPage = z.object({ models: z.array(modelStatus) });

/** The control calls of the show, over HTTP like any other program's. They reject when the gateway refuses. */
export function createControlCalls({ gatewayUrl, controlToken, signal }: Gateway) {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(new URL(`/control/v1/${path}`, gatewayUrl), {
      method,
      headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
  const call = async <Schema extends z.ZodType>(
    schema: Schema,
    ...[method, path, body]: [method: string, path: string, body?: unknown]
  ): Promise<z.infer<Schema>> => {
    const response = await send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  return {
    optimizer: () => call(optimizerStatus, 'GET', 'optimizer'),
    change: (change: OptimizerChange) => call(optimizerStatus, 'POST', 'optimizer', change),
    /** What would be chosen; nothing is called. */
    route: (question: Pick<RouteQuestionInput, 'prompt' | 'json'> & { strategy: Strategy }) =>
      call(routeAnswer, 'POST', 'route', question),
    judge: (requestId: string, right: boolean) =>
      call(feedbackTaken, 'POST', 'feedback', {
        requestId,
        kind: 'quality_score',
        value: right ? 1 : 0,
        source: 'test',
      }),
    addApp: (app: AddApp) => call(addedApp, 'POST', 'apps', app),
    gate: () => call(gateView, 'GET', 'gate'),
    resources: () => call(resourceSnapshot, 'GET', 'resources'),
    spend: () => call(spendReport, 'GET', 'spend?days=1'),
    models: async () => (await call(modelsPage, 'GET', 'models')).models,
    /** null: it is not written down yet. */
    async record(requestId: string): Promise<RequestView | null> {
      const response = await send('GET', `requests/${requestId}`);
      const value: unknown = await response.json();
      return response.ok ? requestView.parse(value) : null;
    },
  };
}

export type ControlCalls = ReturnType<typeof createControlCalls>;
