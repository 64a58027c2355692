import type {
  AddProvider,
  ModelStatus,
  ProviderStatus,
  ProviderTest,
  RequestsQuery,
  RequestView,
  Status,
} from '../../../../src-shared/control.ts';

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
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
}

/** A wish that cannot be granted, in words for the person. */
export class ControlProblem extends Error {
  override readonly name = 'ControlProblem';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
