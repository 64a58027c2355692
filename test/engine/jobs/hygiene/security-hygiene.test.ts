import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { createSecurityHygieneJob } from '../../../../src-main/engine/jobs/hygiene/security-hygiene.ts';
import { readCatalogue } from '../../../../src-main/engine/providers/catalogue.ts';
import { openKeyDates, withKeyDates } from '../../../../src-main/engine/providers/key-dates.ts';
import { createRegistry } from '../../../../src-main/engine/providers/registry.ts';
import { requestJson } from '../../../../src-main/engine/providers/request-json.ts';
import { ProviderCalls } from '../../../../src-main/engine/store/provider-calls.ts';
import { JsonServer } from '../../../support/json-server.ts';
import { MemorySecrets } from '../../../support/memory-secrets.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { makeAttempt, makeRecord, openStore } from '../../store/support.ts';
import { KeptWork, runKind } from '../run-kind.ts';

const DAY_MS = 86_400_000;

interface Start {
  settings?: Record<string, unknown>;
  environment?: Record<string, string>;
  keys?: Record<string, string>;
  platform?: NodeJS.Platform;
  host?: string;
  ownAddresses?: string[];
  outwardAddresses?: string[];
}

function start(options: Start = {}) {
  const { clock, folder, writer, database } = openStore();
  chmodSync(folder, 0o700);
  const kept = new KeptWork();
  const log = new SilentLog();
  const dates = openKeyDates({ folder, clock, log });
  const plain = new MemorySecrets(options.keys);
  const secrets = { environment: options.environment ?? {}, store: withKeyDates(plain, dates) };
  let settings = settingsSchema.parse({ ollama: { enabled: false }, ...options.settings });
  const registry = createRegistry({ settings, secrets, clock, log });
  registry.start();
  onTestFinished(() => registry.stop());
  const asked: string[] = [];
  const kind = createSecurityHygieneJob({
    ...{ clock, registry, results: kept, folder, secrets, dates },
    calls: new ProviderCalls(database),
    catalogue: readCatalogue(),
    settings: () => settings,
    platform: options.platform ?? 'linux',
    host: () => options.host ?? '127.0.0.1',
    ownAddresses: () => options.ownAddresses ?? ['http://127.0.0.1:8400'],
    outwardAddresses: () => options.outwardAddresses ?? [],
    ask: (request) => {
      asked.push(request.origin);
      return requestJson(request);
    },
  });
  const use = (providerId: string, daysAgo: number) => {
    const startedAtMs = clock.nowMs() - daysAgo * DAY_MS;
    writer.append(makeRecord({ startedAtMs, attempts: [makeAttempt({ providerId })] }));
    writer.flush();
  };
  const adopt = async (next: Record<string, unknown>) => {
    settings = settingsSchema.parse({ ollama: { enabled: false }, ...next });
    await registry.updateSettings(settings);
  };
  const found = () => [...kept.findings.values()].map(({ key, severity }) => `${key} ${severity}`).sort();
  return {
    clock,
    kept,
    kind,
    folder,
    registry,
    secrets,
    dates,
    asked,
    use,
    adopt,
    found,
    run: () => runKind(kind, { kept, clock }),
  };
}

const acme = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: 'http://127.0.0.1:9/v1' };

describe('a machine that is well kept', () => {
  it('has nothing to mend', async () => {
    const { run, found } = start();
    expect(await run()).toMatchObject({ units: 4, found: 'Nothing to mend.' });
    expect(found()).toEqual([]);
  });
});

describe('a key', () => {
  it('is reminded of after the days that are set, counted from its last change', async () => {
    const { run, found, secrets, clock, use } = start({ settings: { providers: [acme], background: { keyDays: 30 } } });
    await secrets.store.write('acme', 'sk-one');
    use('acme', 0);
    await clock.advance(29 * DAY_MS);
    await run();
    expect(found()).toEqual([]);
    await clock.advance(DAY_MS);
    await run();
    expect(found()).toEqual(['key-age/acme low']);
    await secrets.store.write('acme', 'sk-two');
    await run();
    expect(found()).toEqual([]);
  });

  it('that nobody dated, or that the environment holds, is of unknown age', async () => {
    const other = { ...acme, id: 'other', name: 'Other', keyVariable: 'OTHER_KEY' };
    const { run, found } = start({
      settings: { providers: [acme, other] },
      keys: { acme: 'sk-one' },
      environment: { OTHER_KEY: 'sk-two' },
    });
    await run();
    expect(found()).toEqual(['key-age/acme info', 'key-age/other info']);
  });

  it('of a provider that nothing went to for sixty days is told, and no more once it is used', async () => {
    const { run, found, use, clock, secrets } = start({
      settings: { providers: [acme], background: { keyDays: 9999 } },
    });
    await secrets.store.write('acme', 'sk-one');
    use('acme', 0);
    await clock.advance(61 * DAY_MS);
    await run();
    expect(found()).toEqual(['key-unused/acme low']);
    use('acme', 0);
    await run();
    expect(found()).toEqual([]);
  });

  it('is not called unused while records do not reach back that far, or when it is new', async () => {
    const { run, found, use, clock, secrets } = start({
      settings: { providers: [acme], background: { keyDays: 9999 } },
    });
    use('other', 10);
    await run();
    expect(found()).toEqual([]);
    await clock.advance(100 * DAY_MS);
    await secrets.store.write('acme', 'sk-new');
    await run();
    expect(found()).toEqual([]);
  });

  it('for a provider that is not set up is told, of the catalogue or of former times', async () => {
    const { run, found, adopt } = start({
      settings: { providers: [acme] },
      keys: { acme: 'sk-one', groq: 'gsk-two' },
      environment: { MISTRAL_API_KEY: 'sk-three' },
    });
    await run();
    expect(found()).toEqual(['key-age/acme info', 'key-stray/groq low', 'key-stray/mistral info']);
    await adopt({});
    await run();
    expect(found()).toEqual(['key-stray/acme low', 'key-stray/groq low', 'key-stray/mistral info']);
  });
});

describe('the data folder', () => {
  it('that others can read is told, and no more once it is closed', async () => {
    const { run, found, folder } = start();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'pointsman.db'), 0o644);
    await run();
    expect(found()).toEqual(['files/folder medium', 'files/pointsman.db high']);
    chmodSync(folder, 0o700);
    chmodSync(join(folder, 'pointsman.db'), 0o600);
    await run();
    expect(found()).toEqual([]);
  });

  it('is not judged on Windows, and that is said', async () => {
    const { run, found, folder } = start({ platform: 'win32' });
    chmodSync(folder, 0o755);
    expect((await run()).found).toBe(
      'Nothing to mend. Who may read the data folder was not judged: on Windows your profile’s rules hold.',
    );
    expect(found()).toEqual([]);
  });
});

describe('the gateway', () => {
  it('open to the network without keys is told, and settled when it is closed', async () => {
    const options: Start = { host: '0.0.0.0' };
    const { run, found } = start(options);
    expect((await run()).found).toBe('2 things to look at.');
    expect(found()).toEqual(['gateway/exposed medium', 'gateway/no-keys high']);
    options.host = '127.0.0.1';
    await run();
    expect(found()).toEqual([]);
  });
});

describe('Ollama', () => {
  async function withOllama(version: string, options: Start = {}) {
    const server = await JsonServer.start({
      'GET /api/tags': { body: { models: [] } },
      'GET /api/version': { body: { version } },
    });
    onTestFinished(() => server.close());
    const started = start({ settings: { ollama: { enabled: true, baseUrl: server.origin } }, ...options });
    await started.registry.refresh();
    return { ...started, server };
  }

  it('with a known hole is told', async () => {
    const { run, found } = await withOllama('0.16.3');
    await run();
    expect(found()).toEqual(['ollama-version/ollama high']);
  });

  // 127.0.0.2 stands for an address in the network: on Linux the server of the test, at 127.0.0.1, does not answer there.
  it('that answers at an address of this machine beyond loopback is told', async () => {
    const { run, found, asked, server } = await withOllama('0.40.0', { outwardAddresses: ['127.0.0.1'] });
    await run();
    expect(asked).toEqual([server.origin]);
    expect(found()).toEqual(['ollama-network/ollama high']);
  });

  it('that does not answer there is not', async () => {
    const { run, found, asked } = await withOllama('0.40.0', { outwardAddresses: ['127.0.0.2'] });
    await run();
    expect(asked).toHaveLength(1);
    expect(found()).toEqual([]);
  });

  it('is not looked for where we answer in its place, and not on other machines', async () => {
    const ours = await withOllama('0.40.0', { outwardAddresses: ['127.0.0.1'] });
    const { port } = new URL(ours.server.origin);
    const covered = await withOllama('0.40.0', {
      settings: { ollama: { enabled: true, baseUrl: ours.server.origin } },
      outwardAddresses: ['127.0.0.1'],
      ownAddresses: [`http://0.0.0.0:${port}`],
    });
    await covered.run();
    expect(covered.asked).toEqual([]);
    const far = start({
      settings: { ollama: { enabled: true, baseUrl: 'http://192.0.2.7:11434' } },
      outwardAddresses: ['127.0.0.1'],
    });
    await far.run();
    expect(far.asked).toEqual([]);
  });

  it('that the environment tells to be open is told of before it is started', async () => {
    const { run, found } = start({ environment: { OLLAMA_HOST: '0.0.0.0' } });
    await run();
    expect(found()).toEqual(['ollama-network/variable medium']);
  });
});

describe('findings', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/);

  it('never hold a key, wherever it is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ acme: key, groq: key, mistral: key }), async (keys) => {
        const { run, kept, kind } = start({
          settings: { providers: [acme, { ...acme, id: 'two', name: 'Two', keyVariable: 'GROQ_API_KEY' }] },
          keys: { acme: keys.acme },
          environment: { GROQ_API_KEY: keys.groq, MISTRAL_API_KEY: keys.mistral },
          host: '0.0.0.0',
        });
        const { found } = await run();
        const written = JSON.stringify([found, [...kept.findings], [...kept.results], kind.plan()]);
        for (const secret of Object.values(keys)) expect(written).not.toContain(secret);
        expect(kept.findings.size).toBeGreaterThan(2);
      }),
      { numRuns: 25 },
    );
  });

  it('have the same keys at every run', async () => {
    const { run, found } = start({ settings: { providers: [acme] }, keys: { acme: 'sk-one' }, host: '0.0.0.0' });
    await run();
    const first = found();
    await run();
    expect(found()).toEqual(first);
  });
});
