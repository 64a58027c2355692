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
import {
  awaySummary,
  backupView,
  benchmarkView,
  finding,
  jobName,
  jobsView,
  keptView,
  proposal,
  rankedProvider,
  restored,
  runsPage,
  runsQuery,
  shadowView,
} from './jobs.ts';
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
const byJob = z.strictObject({ name: jobName });
const untilMs = z.int().min(0).nullable().default(null);

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
  'providers.rotateKey': post(
    'providers/{id}/rotate',
    'Test a new key, and only when it works put it in place of the old one',
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

  'jobs.read': get('jobs', 'Background work: what runs, what waits and why', nothing, jobsView),
  'jobs.runs': get('jobs/runs', 'Runs that ended, newest first', runsQuery, runsPage),
  'jobs.summary': get(
    'jobs/summary',
    'What was done while you were away; without `sinceMs`, since the last time somebody used the machine',
    z.strictObject({ sinceMs: z.coerce.number().int().min(0).optional() }),
    awaySummary,
  ),
  'jobs.pause': post(
    'jobs/pause',
    'Pause all background work; null: until resumed',
    z.strictObject({ untilMs }),
    jobsView,
  ),
  'jobs.resume': post('jobs/resume', 'End the pause of all background work', nothing, jobsView),
  'jobs.run': post(
    'jobs/{name}/run',
    'Run a job now, whether or not somebody uses the machine; battery, heat, money and privacy still hold',
    byJob,
    jobsView,
  ),
  'jobs.cancel': post('jobs/{name}/cancel', 'End the current run of a job; what it found is kept', byJob, jobsView),
  'jobs.pauseOne': post('jobs/{name}/pause', 'Pause one job; null: until resumed', byJob.extend({ untilMs }), jobsView),
  'jobs.resumeOne': post('jobs/{name}/resume', 'End the pause of one job', byJob, jobsView),

  'findings.list': get('findings', 'What jobs found', nothing, z.object({ findings: z.array(finding) })),
  'findings.dismiss': post('findings/{id}/dismiss', 'Do not tell this again', byId, finding),
  'proposals.list': get('proposals', 'Changes that jobs propose', nothing, z.object({ proposals: z.array(proposal) })),
  'proposals.accept': post('proposals/{id}/accept', 'Make the change', byId, proposal),
  'proposals.dismiss': post('proposals/{id}/dismiss', 'Leave it as it is', byId, proposal),

  'shadow.read': get('shadow', 'What could have stayed local', nothing, shadowView),
  'kept.read': get('kept', 'Prompts that are kept, without their content', nothing, keptView),
  'kept.consent': post(
    'kept/consent',
    'Agree to keep prompts, or withdraw it: then all that is kept is erased',
    z.strictObject({ consent: z.boolean() }),
    keptView,
  ),
  'kept.erase': post(
    'kept/erase',
    'Erase one kept prompt and what jobs know of it; without `requestId`, all',
    z.strictObject({ requestId: z.string().min(1).optional() }),
    keptView,
  ),
  'benchmarks.list': get(
    'benchmarks',
    'How fast local models are, and what changed',
    nothing,
    z.object({ benchmarks: z.array(benchmarkView) }),
  ),
  'benchmarks.run': post(
    'benchmarks/run',
    'Measure local models now, or one of them, whether or not somebody uses the machine; battery and heat still hold',
    z.strictObject({ model: z.string().min(1).optional() }),
    jobsView,
  ),
  'ranking.read': get('ranking', 'Providers by how they do', nothing, z.object({ providers: z.array(rankedProvider) })),
  'backups.list': get(
    'backups',
    'Copies of settings and what was learned',
    nothing,
    z.object({ backups: z.array(backupView) }),
  ),
  'backups.make': post('backups', 'Make a copy now', nothing, backupView),
  'backups.restore': post('backups/{id}/restore', 'Take settings and what was learned from a copy', byId, restored),

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
