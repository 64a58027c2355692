import type { OperationInput, OperationName } from '../../src-shared/operations.ts';
import { addFinding, addProposal } from './add-findings.ts';
import { callOperation } from './call-operation.ts';
import { CLOUD_ID, type TwoTracks } from './start-two-tracks.ts';

/** A good input for every operation, on an engine between two tracks; some need something to be there first. */
export const operationSamples: {
  readonly [Name in OperationName]: (bench: TwoTracks) => OperationInput<Name> | Promise<OperationInput<Name>>;
} = {
  'status.read': () => ({}),
  'tray.read': () => ({}),
  'setup.read': () => ({}),
  'setup.finish': () => ({}),
  'requests.list': () => ({ limit: 10 }),
  'requests.read': async (bench) => ({ id: await ask(bench) }),
  'models.list': () => ({}),
  'models.unload': () => ({}),
  'providers.catalogue': () => ({}),
  'providers.list': () => ({}),
  'providers.add': ({ cloud }) => ({ id: 'second', baseUrl: cloud.url }),
  'providers.try': ({ cloud }) => ({ id: 'second', baseUrl: cloud.url }),
  'providers.refresh': () => ({}),
  'providers.test': () => ({ id: 'up' }),
  'providers.setKey': () => ({ id: 'up', key: 'sk-of-a-sample' }),
  'providers.rotateKey': async (bench) => {
    await callOperation(bench, 'providers.add', { id: 'second', baseUrl: bench.cloud.url, key: 'sk-of-before' });
    return { id: 'second', key: 'sk-of-a-sample' };
  },
  'providers.change': () => ({ id: 'up', enabled: false }),
  'providers.remove': () => ({ id: 'up' }),
  'apps.list': () => ({}),
  'apps.add': () => ({ name: 'Notes' }),
  'apps.change': async (bench) => ({ id: await addApp(bench), private: true }),
  'apps.remove': async (bench) => ({ id: await addApp(bench) }),
  'spend.read': () => ({ days: 7, by: 'provider' }),
  'gate.read': () => ({}),
  'gate.pause': () => ({ untilMs: null }),
  'gate.resume': () => ({}),
  'resources.read': () => ({}),
  'optimizer.read': () => ({}),
  'optimizer.change': () => ({ strategy: 'cost_focused' }),
  'optimizer.route': () => ({ prompt: 'What is 2 and 2?' }),
  'optimizer.feedback': async (bench) => ({ requestId: await ask(bench), kind: 'success' }),
  'optimizer.evaluate': () => ({ policy: 'always-local' }),
  'settings.read': () => ({}),
  'settings.change': () => ({ changes: [{ path: 'log.level', value: 'debug' }] }),
  'settings.export': () => ({}),
  'settings.import': (bench) => callOperation(bench, 'settings.export', {}),
  'logs.read': () => ({ limit: 5, level: 'warn' }),
  'hosts.list': () => ({}),
  'records.erase': () => ({}),
  'jobs.read': () => ({}),
  'jobs.runs': () => ({ limit: 10, job: 'backup' }),
  'jobs.summary': () => ({}),
  'jobs.pause': () => ({ untilMs: null }),
  'jobs.resume': () => ({}),
  'jobs.run': () => ({ name: 'backup' }),
  'jobs.cancel': async (bench) => {
    await callOperation(bench, 'jobs.run', { name: 'backup' });
    return { name: 'backup' };
  },
  'jobs.pauseOne': () => ({ name: 'backup', untilMs: null }),
  'jobs.resumeOne': () => ({ name: 'backup' }),
  'findings.list': () => ({}),
  'findings.dismiss': (bench) => ({ id: addFinding(bench.folder) }),
  'proposals.list': () => ({}),
  'proposals.accept': (bench) => ({ id: addProposal(bench.folder) }),
  'proposals.dismiss': (bench) => ({ id: addProposal(bench.folder) }),
  'shadow.read': () => ({}),
  'kept.read': () => ({}),
  'kept.consent': () => ({ consent: true }),
  'kept.erase': () => ({}),
  'ranking.read': () => ({}),
  'backups.list': () => ({}),
  'backups.make': () => ({}),
  'backups.restore': async (bench) => ({ id: (await callOperation(bench, 'backups.make', {})).id }),
  'benchmarks.list': () => ({}),
  'benchmarks.run': () => ({}),
  'session.code': () => ({}),
  'token.rotate': () => ({}),
};

/** The id of a request that is answered and written down. */
async function ask(bench: TwoTracks): Promise<string> {
  const reply = await fetch(`${bench.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: CLOUD_ID, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await reply.text();
  const [request] = await bench.recorded();
  return request?.id ?? '';
}

async function addApp(bench: TwoTracks): Promise<string> {
  return (await callOperation(bench, 'apps.add', { name: 'Notes' })).app.id;
}
