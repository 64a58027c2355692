import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock, Log, Random } from '../../ports.ts';
import type { Lanes } from '../../providers/lanes.ts';
import type { Registry } from '../../providers/registry.ts';
import type { UpstreamClient } from '../../providers/upstream-client.ts';
import type { MachineState } from '../../routing/machine-state.ts';
import type { BudgetBook } from '../../spend/budget-book.ts';
import type { Pricing } from '../../spend/pricing.ts';
import type { RequestRecord } from '../../store/records.ts';
import type { SpendReader } from '../../store/spend-reader.ts';
import type { RememberedModels } from './remembered-models.ts';

/** What background work asks models with. All functions are look-ups in memory. */
export interface JobCallerParts {
  clock: Clock;
  random: Random;
  log: Log;
  settings: () => Settings;
  registry: Pick<Registry, 'snapshot' | 'access' | 'whyBlocked' | 'refresh'>;
  client: Pick<UpstreamClient, 'send'>;
  lanes: Pick<Lanes, 'of' | 'find' | 'whyBlocked'>;
  budgets: Pick<BudgetBook, 'reserve'>;
  pricing: Pick<Pricing, 'priceCall'>;
  spend: Pick<SpendReader, 'spentSince'>;
  machine: () => MachineState;
  /** The network is paid by volume; null: unknown. */
  isMetered: () => boolean | null;
  /** Watts that this machine draws more while a local model works; null: unknown. */
  localWatts: () => number | null;
  /** Addresses of this machine's own network interfaces. */
  ownAddresses: () => ReadonlySet<string>;
  /** Default: a process that is killed leaves its models to their server, which lets them go a little later. */
  remembered?: RememberedModels;
  /** Takes each call into the ledger. Not for whoever counts or learns from what clients ask. */
  book: (record: RequestRecord) => void;
}
