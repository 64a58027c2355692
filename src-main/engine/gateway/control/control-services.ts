import type {
  AddProvider,
  ModelStatus,
  ProviderStatus,
  ProviderTest,
  RequestsQuery,
  RequestView,
  Status,
} from '../../../../src-shared/control.ts';

import type { MachineServices } from './machine-routes.ts';
import type { MoneyServices } from './money-routes.ts';
import type { OptimizerServices } from './optimizer-routes.ts';

/** What the control API can ask of the engine. Wishes that cannot be granted reject with a ControlProblem. */
export interface ControlServices {
  status(): Status;
  requests(query: RequestsQuery): { requests: RequestView[]; next: string | null };
  request(id: string): RequestView | null;
  models(): ModelStatus[];
  providers(): ProviderStatus[];
  addProvider(input: AddProvider): Promise<ProviderStatus>;
  removeProvider(id: string): Promise<void>;
  testProvider(id: string): Promise<ProviderTest>;
  setProviderKey(id: string, key: string): Promise<ProviderTest>;
  refreshProviders(): Promise<ProviderStatus[]>;
  optimizer: OptimizerServices;
  machine: MachineServices;
  money: MoneyServices;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
}
