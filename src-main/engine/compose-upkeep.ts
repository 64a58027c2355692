import { statfs } from 'node:fs/promises';
import type { OutboundHost } from '../../src-shared/house.ts';
import type { EventHub } from './events/event-hub.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { KeptLog } from './house/keep-log.ts';
import { LOG_FILES } from './house/log-file.ts';
import { BackupShelf } from './jobs/backup/backup-shelf.ts';
import { createBackupJob } from './jobs/backup/create-backup-job.ts';
import { toCopy } from './jobs/backup/plan-restore.ts';
import { restoreBackup, type RestoreOutcome } from './jobs/backup/restore-backup.ts';
import type { JobKind } from './jobs/job-kind.ts';
import { createPriceJob } from './jobs/prices/create-price-job.ts';
import { createLimitedFetch, type FetchLimited } from './jobs/prices/fetch-limited.ts';
import { PriceTables } from './jobs/prices/price-tables.ts';
import { createUpkeepJob } from './jobs/upkeep/create-upkeep-job.ts';
import type { LiveSettings } from './live-settings.ts';
import type { DualTrackOptimizer } from './optimizer/dual-track-optimizer.ts';
import type { Clock, Log } from './ports.ts';
import { isNearHost } from './providers/base-url.ts';
import type { Registry } from './providers/registry.ts';
import type { ResourceMonitor } from './resources/resource-monitor.ts';
import type { Pricing } from './spend/pricing.ts';
import type { Store } from './store/open-store.ts';
import { pendingRestart } from './store/pending-restart.ts';
import { VERSION } from './version.ts';

export interface UpkeepComposition {
  kinds: JobKind[];
  handlers: Pick<OperationHandlers, 'backups.list' | 'backups.make' | 'backups.restore'>;
  /** What is called besides providers, as the settings of now have it. */
  hosts: () => OutboundHost[];
  /** What is wrong with the price table, in sentences for the status. */
  warnings: () => string[];
}

export interface ComposeUpkeepParts {
  clock: Clock;
  log: Log;
  /** The data folder. */
  folder: string;
  settings: LiveSettings;
  store: Pick<Store, 'upkeep' | 'states'>;
  optimizer: Pick<DualTrackOptimizer, 'checkStates' | 'takeOver'>;
  pricing: Pick<Pricing, 'book' | 'useBook'>;
  registry: Pick<Registry, 'snapshot' | 'provider'>;
  monitor: Pick<ResourceMonitor, 'latest'>;
  logs: Pick<KeptLog, 'file'>;
  hub: Pick<EventHub, 'publish'>;
  /** Instead of the network, for tests. */
  fetch?: FetchLimited;
  /** Instead of the disk's own word, for tests. */
  freeBytes?: () => Promise<number | null>;
}

/** Keeps the data folder in order: database, price table, backups. */
export function composeUpkeep(parts: ComposeUpkeepParts): UpkeepComposition {
  const { clock, log, folder, settings, store, registry, hub } = parts;
  const step = store.upkeep.step.bind(store.upkeep);
  const tables = new PriceTables({ folder, pricing: parts.pricing, log, settings: settings.current });
  settings.follow((next) => tables.follow(next));
  const shelf = new BackupShelf({
    ...{ clock, folder, step, version: VERSION },
    settingsText: () => JSON.stringify(toCopy(settings.current)),
    most: () => settings.current.upkeep.backups,
    onChange: () => hub.publish('changed', () => ({ what: 'backups' })),
  });
  const current = () => settings.current;
  const kinds: JobKind[] = [
    createBackupJob(shelf),
    createUpkeepJob({
      ...{ clock, folder, step, settings: current },
      freeBytes: parts.freeBytes ?? (() => freeBytesOf(folder)),
      keepsLog: () => parts.logs.file !== null,
      logFiles: LOG_FILES,
    }),
    createPriceJob({
      ...{ clock, tables, settings: current },
      fetch: parts.fetch ?? createLimitedFetch({ clock }),
      network: () => parts.monitor.latest().power,
      endpoints: () => registry.snapshot().endpoints,
      pricesIdOf: (id) => registry.provider(id)?.settings.pricesId ?? null,
    }),
  ];
  return {
    kinds,
    handlers: backupHandlers(shelf, parts),
    hosts: () => priceHosts(settings.current.prices.source?.url ?? null),
    warnings: () => (tables.problem === null || settings.current.prices.source === null ? [] : [tables.problem]),
  };
}

function backupHandlers(shelf: BackupShelf, parts: ComposeUpkeepParts): UpkeepComposition['handlers'] {
  const { settings, store, optimizer, log } = parts;
  return {
    'backups.list': async () => ({ backups: await shelf.list() }),
    async 'backups.make'() {
      const made = await shelf.make();
      if (!made.ok) throw new ControlProblem(500, 'not_made', made.sentence);
      await shelf.prune();
      return made.view;
    },
    async 'backups.restore'({ id }) {
      const outcome = await restoreBackup(id, {
        shelf,
        settings: () => settings.current,
        adopt: (next) => settings.adopt(next),
        pendingRestart: () => pendingRestart(settings.atStart, settings.current),
        learner: {
          check: (states) => optimizer.checkStates(states),
          takeOver: (states) => optimizer.takeOver(states),
          save: (state) => store.states.saveState(state),
        },
      });
      if (!outcome.ok) throw new ControlProblem(STATUS[outcome.code], outcome.code, outcome.sentence);
      log.info({ backup: id, keptAsIs: outcome.restored.keptAsIs }, 'a backup was restored');
      return outcome.restored;
    },
  };
}

const STATUS: Readonly<Record<Extract<RestoreOutcome, { ok: false }>['code'], number>> = {
  not_found: 404,
  damaged: 409,
  newer: 409,
  unusable: 409,
  no_copy: 500,
  not_saved: 500,
};

function priceHosts(url: string | null): OutboundHost[] {
  if (url === null) return [];
  const { host, hostname } = new URL(url);
  const purpose = 'Prices of cloud models, fetched in the background (prices.source)';
  return [{ host, purpose, providerId: null, local: isNearHost(hostname) }];
}

async function freeBytesOf(folder: string): Promise<number | null> {
  const disk = await statfs(folder).catch(() => null);
  return disk === null ? null : disk.bavail * disk.bsize;
}
