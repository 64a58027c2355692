import type { OutboundHost } from '../../src-shared/house.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import { listJobHosts } from './jobs/discovery/job-hosts.ts';
import { USUAL_SPOTS, type LocalSpot } from './jobs/discovery/local-servers.ts';
import { createModelDiscoveryJob } from './jobs/discovery/model-discovery.ts';
import { outwardAddresses } from './jobs/hygiene/find-ollama-reach.ts';
import { createSecurityHygieneJob } from './jobs/hygiene/security-hygiene.ts';
import type { JobKind, JobResults } from './jobs/job-kind.ts';
import { createProviderRankingJob, readRanking } from './jobs/ranking/provider-ranking.ts';
import type { Clock } from './ports.ts';
import { readCatalogue } from './providers/catalogue.ts';
import type { KeyDates } from './providers/key-dates.ts';
import type { Registry } from './providers/registry.ts';
import { requestJson } from './providers/request-json.ts';
import type { SecretSources } from './providers/secret-resolver.ts';
import { testProvider } from './providers/test-provider.ts';
import type { ResourceMonitor } from './resources/resource-monitor.ts';
import type { Store } from './store/open-store.ts';

export interface DiscoveryParts {
  clock: Clock;
  settings: () => Settings;
  registry: Registry;
  /** Environment and secret store, as the registry has them. */
  secrets: SecretSources;
  keyDates: KeyDates;
  store: Pick<Store, 'calls'>;
  results: JobResults;
  monitor: Pick<ResourceMonitor, 'latest'>;
  folder: string;
  platform: NodeJS.Platform;
  /** Where the gateway listens, as it was told to (`0.0.0.0`), and what came of it. */
  host: string;
  addresses: () => readonly string[];
  /** Where other model servers may run on this machine; default: their usual ports. */
  spots?: readonly LocalSpot[];
  /** This machine's addresses that others may reach; default: as the system tells. */
  outwardAddresses?: () => readonly string[];
}

export interface Discovery {
  kinds: JobKind[];
  handlers: Pick<OperationHandlers, 'ranking.read'>;
  /** Every host that these jobs may call now, beyond the configured providers'. */
  hosts(): OutboundHost[];
}

/** Looks after providers in the background: how they do, what is new, and what makes them unsafe. */
export function composeDiscovery(parts: DiscoveryParts): Discovery {
  const { clock, settings, registry, secrets, store, results, monitor } = parts;
  const common = { clock, settings, registry, secrets, results };
  const calls = store.calls;
  const catalogue = readCatalogue();
  const ownAddresses = parts.addresses;
  const outward = parts.outwardAddresses ?? outwardAddresses;
  const spots = parts.spots ?? USUAL_SPOTS;
  const ranking = {
    clock,
    calls,
    results,
    providers: () => registry.status().filter(({ enabled }) => enabled),
    targetMs: () => settings().constraints.targetLatencyMs,
  };
  const kinds: JobKind[] = [
    createSecurityHygieneJob({
      ...{ ...common, calls, catalogue, ownAddresses },
      dates: parts.keyDates,
      folder: parts.folder,
      platform: parts.platform,
      host: () => parts.host,
      outwardAddresses: outward,
      ask: requestJson,
    }),
    createModelDiscoveryJob({
      ...{ ...common, catalogue, spots, ownAddresses },
      network: () => monitor.latest().power,
      ask: requestJson,
      test: testProvider,
    }),
    createProviderRankingJob(ranking),
  ];
  return {
    kinds,
    handlers: { 'ranking.read': () => ({ providers: readRanking(ranking) }) },
    hosts: () =>
      listJobHosts({
        settings: settings(),
        providers: registry.status(),
        ...{ catalogue, secrets, spots },
        outwardAddresses: outward(),
      }),
  };
}
