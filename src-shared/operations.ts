import { z } from 'zod';
import { catalogue } from './catalogue.ts';
import {
  addProvider,
  modelStatus,
  providerStatus,
  providerTest,
  requestsPage,
  requestsQuery,
  requestView,
  status,
} from './control.ts';
import {
  controlToken,
  exportedSettings,
  imported,
  logsPage,
  logsQuery,
  outboundHost,
  sessionCode,
  setupView,
  trayStatus,
} from './house.ts';
import { gateView, resourceSnapshot } from './machine.ts';
import { addApp, addedApp, appView, changeApp, spendQuery, spendReport } from './money.ts';
import {
  evaluation,
  evaluationQuery,
  feedbackInput,
  feedbackTaken,
  optimizerChange,
  optimizerStatus,
  routeAnswer,
  routeQuestion,
} from './optimizer.ts';
import { settingsChange, settingsView } from './settings-view.ts';

/**
 * The control API, whole: every operation that pages, tray and command line may ask of the engine. Routes, the client and
 * the OpenAPI document are made from this table. `{name}` in a path is a field of `input`; what is left of the input is
 * the query of a GET or DELETE, and the body of a POST.
 */
export interface Operation {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  summary: string;
  input: z.ZodType;
  output: z.ZodType;
}

const nothing = z.strictObject({});
const byId = z.strictObject({ id: z.string().min(1) });
const done = z.object({ done: z.literal(true) });
const providers = z.object({ providers: z.array(providerStatus) });

export const operations = {
  'status.read': get('status', 'What runs, what is wrong, and today’s totals', nothing, status),
  'tray.read': get('tray', 'What the tray says', nothing, trayStatus),
  'setup.read': get('setup', 'What the first run looks at', nothing, setupView),
  'setup.finish': post('setup/finish', 'The first run is over', nothing, setupView),

  'requests.list': get('requests', 'Recorded requests, newest first', requestsQuery, requestsPage),
  'requests.read': get('requests/{id}', 'One request with its decision and attempts', byId, requestView),

  'models.list': get('models', 'Every endpoint on offer', nothing, z.object({ models: z.array(modelStatus) })),
  'models.unload': post(
    'models/unload',
    'Take local models out of memory; without `id`, all of them',
    z.strictObject({ id: z.string().min(1).optional() }),
    z.object({ unloaded: z.array(z.string()), failed: z.array(z.object({ id: z.string(), why: z.string() })) }),
  ),

  'providers.catalogue': get(
    'providers/catalogue',
    'Providers ready to be added',
    nothing,
    z.object({ entries: catalogue }),
  ),
  'providers.list': get('providers', 'Configured providers', nothing, providers),
  'providers.add': post('providers', 'Add a provider', addProvider, providerStatus),
  'providers.try': post('providers/try', 'Test a provider that is only typed in so far', addProvider, providerTest),
  'providers.refresh': post('providers/refresh', 'Look at every provider again', nothing, providers),
  'providers.test': post('providers/{id}/test', 'Test address, key and protocol', byId, providerTest),
  'providers.setKey': post(
    'providers/{id}/key',
    'Replace the stored key and test it',
    byId.extend({ key: z.string().min(1) }),
    providerTest,
  ),
  'providers.change': post(
    'providers/{id}',
    'Switch a provider on or off',
    byId.extend({ enabled: z.boolean() }),
    providerStatus,
  ),
  'providers.remove': remove(
    'providers/{id}',
    'Remove a provider and its key',
    byId,
    z.object({ removed: z.literal(true) }),
  ),

  'apps.list': get('apps', 'Programs with keys of their own', nothing, z.object({ apps: z.array(appView) })),
  'apps.add': post('apps', 'Make a key for a program', addApp, addedApp),
  'apps.change': post('apps/{id}', 'Change what a program may do', changeApp.extend(byId.shape), appView),
  'apps.remove': remove('apps/{id}', 'Withdraw a program’s key', byId, z.object({ removed: z.literal(true) })),

  'spend.read': get('spend', 'Costs, budgets, forecast, savings', spendQuery, spendReport),

  'gate.read': get('gate', 'The idle gate and what holds it closed', nothing, gateView),
  'gate.pause': post(
    'gate/pause',
    'Pause background work until then; null: until resumed',
    z.strictObject({ untilMs: z.int().min(0).nullable().default(null) }),
    gateView,
  ),
  'gate.resume': post('gate/resume', 'End the pause', nothing, gateView),
  'resources.read': get('resources', 'One sample of the machine', nothing, resourceSnapshot),

  'optimizer.read': get('optimizer', 'Strategy, preferences, what was learned', nothing, optimizerStatus),
  'optimizer.change': post('optimizer', 'Choose the strategy', optimizerChange, optimizerStatus),
  'optimizer.route': post('route', 'What would be chosen now; nothing is called', routeQuestion, routeAnswer),
  'optimizer.feedback': post('feedback', 'Say how good an answer was', feedbackInput, feedbackTaken),
  'optimizer.evaluate': get('evaluation', 'What another policy would have earned', evaluationQuery, evaluation),

  'settings.read': get('settings', 'All settings with their defaults', nothing, settingsView),
  'settings.change': post('settings', 'Change or reset settings', settingsChange, settingsView),
  'settings.export': get('export', 'Settings for another machine, without keys', nothing, exportedSettings),
  'settings.import': post('import', 'Take over exported settings', exportedSettings, imported),

  'logs.read': get('logs', 'Recent log lines', logsQuery, logsPage),
  'hosts.list': get(
    'hosts',
    'Every host that may be called, and why',
    nothing,
    z.object({ hosts: z.array(outboundHost) }),
  ),
  'records.erase': post('records/erase', 'Forget all requests, spend and what was learned', nothing, done),

  'session.code': post('session/code', 'A code that signs a browser in, once', nothing, sessionCode),
  'token.rotate': post('token/rotate', 'Replace the control token; the old one ends at once', nothing, controlToken),
} as const satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** As the caller gives it: fields with a default may be left out. */
export type OperationInput<Name extends OperationName> = z.input<Operations[Name]['input']>;
/** As the engine gets it. */
export type OperationParsed<Name extends OperationName> = z.output<Operations[Name]['input']>;
export type OperationOutput<Name extends OperationName> = z.output<Operations[Name]['output']>;

function get<Input extends z.ZodType, Output extends z.ZodType>(
  path: string,
  summary: string,
  input: Input,
  output: Output,
) {
  return { method: 'GET' as const, path: `/control/v1/${path}`, summary, input, output };
}

function post<Input extends z.ZodType, Output extends z.ZodType>(
  path: string,
  summary: string,
  input: Input,
  output: Output,
) {
  return { method: 'POST' as const, path: `/control/v1/${path}`, summary, input, output };
}

function remove<Input extends z.ZodType, Output extends z.ZodType>(
  path: string,
  summary: string,
  input: Input,
  output: Output,
) {
  return { method: 'DELETE' as const, path: `/control/v1/${path}`, summary, input, output };
}
