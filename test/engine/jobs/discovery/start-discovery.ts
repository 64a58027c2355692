import { onTestFinished } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { createModelDiscoveryJob } from '../../../../src-main/engine/jobs/discovery/model-discovery.ts';
import { listJobHosts } from '../../../../src-main/engine/jobs/discovery/job-hosts.ts';
import { readCatalogue } from '../../../../src-main/engine/providers/catalogue.ts';
import { createRegistry } from '../../../../src-main/engine/providers/registry.ts';
import { requestJson } from '../../../../src-main/engine/providers/request-json.ts';
import { testProvider } from '../../../../src-main/engine/providers/test-provider.ts';
import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import { JsonServer } from '../../../support/json-server.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemorySecrets } from '../../../support/memory-secrets.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { KeptWork, runKind } from '../run-kind.ts';

export interface DiscoveryOptions {
  settings?: Record<string, unknown>;
  spots?: readonly string[];
  catalogue?: readonly CatalogueEntry[];
  environment?: Record<string, string>;
  keys?: Record<string, string>;
  network?: { online: boolean | null; metered: boolean | null };
  ownAddresses?: readonly string[];
}

/** The job between real servers; `called` are the origins that the job itself asked, not counting the registry. */
export function startDiscovery(options: DiscoveryOptions = {}) {
  const clock = new ManualClock();
  const kept = new KeptWork();
  const called: string[] = [];
  const settings = settingsSchema.parse({ ollama: { enabled: false }, ...options.settings });
  const secrets = { environment: options.environment ?? {}, store: new MemorySecrets(options.keys) };
  const registry = createRegistry({ settings, secrets, clock, log: new SilentLog() });
  registry.start();
  onTestFinished(() => registry.stop());
  const catalogue = options.catalogue ?? [];
  const spots = (options.spots ?? []).map((origin) => ({ origin }));
  const network = options.network ?? { online: true, metered: false };
  const kind = createModelDiscoveryJob({
    ...{ clock, registry, secrets, catalogue, spots, results: kept },
    settings: () => settings,
    ownAddresses: () => options.ownAddresses ?? [],
    network: () => network,
    ask: (request) => {
      called.push(request.origin);
      return requestJson(request);
    },
    test: (test) => {
      called.push(test.provider.origin);
      return testProvider(test);
    },
  });
  const hosts = () =>
    listJobHosts({ settings, providers: registry.status(), catalogue, secrets, spots, outwardAddresses: [] });
  const run = (signal?: AbortSignal) => runKind(kind, signal === undefined ? { kept, clock } : { kept, clock, signal });
  return { clock, kept, called, kind, registry, network, hosts, run };
}

/** A real server, closed with the test. */
export async function serve(routes: Parameters<typeof JsonServer.start>[0]): Promise<JsonServer> {
  const server = await JsonServer.start(routes);
  onTestFinished(() => server.close());
  return server;
}

/** A model list in OpenAI's form. */
export function modelList(names: readonly string[], ownedBy?: string) {
  const data = names.map((id) => ({ id, object: 'model', ...(ownedBy === undefined ? {} : { owned_by: ownedBy }) }));
  return { body: { object: 'list', data } };
}

/** An entry of the catalogue at a server of the test. */
export function entryAt(server: JsonServer, changes: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const groq = readCatalogue().find(({ id }) => id === 'groq');
  if (groq === undefined) throw new Error('the catalogue has Groq');
  return {
    ...groq,
    id: 'freebie',
    name: 'Freebie',
    baseUrl: `${server.origin}/v1`,
    keyVariable: 'FREEBIE_KEY',
    ...changes,
  };
}
