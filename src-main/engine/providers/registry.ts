import type { ProviderStatus } from '../../../src-shared/control.ts';
import type { ProviderFeatures, ProviderKind } from '../../../src-shared/catalogue.ts';
import { providerSettings, type ProviderSettings, type Settings } from '../../../src-shared/settings.ts';
import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { createModelListWatch } from './model-list.ts';
import { parseOllamaHost } from './ollama-address.ts';
import { createOllamaWatch } from './ollama-watch.ts';
import { Pauses } from './pauses.ts';
import { toProvider, type Provider } from './provider.ts';
import { describeStanding, type Standing } from './provider-standing.ts';
import type { ProviderReport, ProviderWatch } from './provider-watch.ts';
import { buildSnapshot, type RegistrySnapshot } from './registry-snapshot.ts';
import { resolveSecret, type ResolvedSecret, type SecretSources } from './secret-resolver.ts';

export interface RegistryOptions {
  settings: Settings;
  secrets: SecretSources;
  clock: Clock;
  log: Log;
}

/** How one provider is called, with its key; made once and kept until settings or key change. */
export interface ProviderAccess {
  id: string;
  name: string;
  kind: ProviderKind;
  origin: string;
  basePath: string;
  /** Authentication header names and values in turn. */
  authHeaders: readonly string[];
  features: ProviderFeatures;
}

export interface Registry {
  /** Starts looking at every provider; does not wait for the first answers. */
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** The same object until something changes. */
  snapshot(): RegistrySnapshot;
  access(providerId: string): ProviderAccess | null;
  provider(providerId: string): Provider | null;
  /** In the order of the settings, Ollama first; switched-off ones too. */
  status(): ProviderStatus[];
  /** Looks now at one provider, or at all, and resolves when the looks are over. */
  refresh(providerId?: string): Promise<void>;
  /** Called after every change of the snapshot or of a status. Returns the way to end that. */
  onChange(listener: () => void): () => void;
  /** Takes over changed settings; providers that did not change go on undisturbed. */
  updateSettings(settings: Settings): Promise<void>;
  /** A key was added, replaced or removed: what was held against the old one is forgotten and the provider asked again. */
  credentialChanged(providerId: string): Promise<void>;
  /** A call was refused with 401, 402 or 403: the provider is out until key or settings change or a test succeeds. */
  reportCredential(providerId: string, status: number): void;
  /** A test or call has shown that the key is good. */
  clearCredential(providerId: string): void;
  /** An endpoint, or a whole provider, asked for a pause until then (Unix milliseconds). */
  reportRateLimit(id: string, untilMs: number): void;
  /** Without network the cloud track is out at once; coming back asks every cloud provider again. */
  setOffline(offline: boolean): void;
  /** Why this endpoint must not be called now, in words; null when nothing is known against it. */
  whyBlocked(endpoint: Endpoint): string | null;
}

/** Builds the living list of providers and their models: Ollama (unless switched off) and those of the settings. */
export function createRegistry(options: RegistryOptions): Registry {
  return new LivingRegistry(options);
}

interface Member {
  provider: Provider;
  /** Everything its watch was made from. */
  madeOf: string;
  watch: ProviderWatch;
  access: ProviderAccess | null;
  refusedStatus: number | null;
}

export const OLLAMA_ID = 'ollama';

class LivingRegistry implements Registry {
  readonly #options: RegistryOptions;
  readonly #listeners = new Set<() => void>();
  /** By provider id, in order. Switched-off providers are not in it. */
  #members = new Map<string, Member>();
  /** By endpoint or provider id. */
  readonly #pauses: Pauses;
  #settings: Settings;
  #snapshot: RegistrySnapshot | null = null;
  #started = false;
  #offline = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#pauses = new Pauses(options.clock);
    this.#members = this.#gather(new Map());
  }

  start(): void {
    this.#started = true;
    for (const member of this.#members.values()) this.#startMember(member);
  }

  async stop(): Promise<void> {
    this.#started = false;
    await Promise.all([...this.#members.values()].map((member) => member.watch.stop()));
  }

  snapshot(): RegistrySnapshot {
    this.#snapshot ??= buildSnapshot(
      [...this.#members.values()].map(({ provider, watch }) => ({ provider, endpoints: watch.report.endpoints })),
    );
    return this.#snapshot;
  }

  access(providerId: string): ProviderAccess | null {
    const member = this.#members.get(providerId);
    if (member === undefined) return null;
    member.access ??= toAccess(member.provider, this.#secretOf(member.provider));
    return member.access;
  }

  provider(providerId: string): Provider | null {
    return this.#members.get(providerId)?.provider ?? null;
  }

  status(): ProviderStatus[] {
    return allSettings(this.#settings, this.#options.secrets).map((settings) => {
      const member = this.#members.get(settings.id);
      const key = resolveSecret(settings, this.#options.secrets).source;
      const standing = describeStanding(settings, member?.watch.report ?? null, this.#standingOf(settings));
      const { report } = member?.watch ?? { report: null };
      return {
        ...settings,
        ...standing,
        key,
        version: report?.version ?? null,
        modelCount: report?.endpoints?.length ?? 0,
      };
    });
  }

  async refresh(providerId?: string): Promise<void> {
    const members = [...this.#members.values()].filter(
      ({ provider }) => providerId === undefined || provider.id === providerId,
    );
    await Promise.all(members.map((member) => member.watch.refresh()));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async updateSettings(settings: Settings): Promise<void> {
    const before = this.#members;
    this.#settings = settings;
    this.#members = this.#gather(before);
    const kept = new Set(this.#members.values());
    const gone = [...before.values()].filter((member) => !kept.has(member));
    if (this.#started) for (const member of kept) this.#startMember(member);
    this.#changed(true);
    await Promise.all(gone.map((member) => member.watch.stop()));
  }

  async credentialChanged(providerId: string): Promise<void> {
    this.clearCredential(providerId);
    const member = this.#members.get(providerId);
    if (member === undefined || !this.#started) return;
    // A look under way still has the old key.
    await member.watch.stop();
    this.#startMember(member);
    await member.watch.refresh();
  }

  reportCredential(providerId: string, status: number): void {
    const member = this.#members.get(providerId);
    if (member === undefined || member.refusedStatus === status) return;
    member.refusedStatus = status;
    this.#options.log.warn({ provider: providerId, status }, 'the provider refused our key or account');
    this.#changed();
  }

  clearCredential(providerId: string): void {
    const member = this.#members.get(providerId);
    if (member === undefined) return;
    member.access = null;
    member.refusedStatus = null;
    this.#changed();
  }

  reportRateLimit(id: string, untilMs: number): void {
    this.#pauses.extend(id, untilMs);
    this.#changed();
  }

  setOffline(offline: boolean): void {
    if (this.#offline === offline) return;
    this.#offline = offline;
    for (const member of this.#members.values()) {
      if (member.provider.track !== 'cloud' || !this.#started) continue;
      if (offline) void member.watch.stop();
      else member.watch.start();
    }
    this.#changed();
  }

  whyBlocked(endpoint: Endpoint): string | null {
    if (this.#offline && endpoint.track === 'cloud') return 'there is no network';
    const member = this.#members.get(endpoint.providerId);
    if (member === undefined) return 'its provider is switched off';
    if (member.refusedStatus !== null) return `its provider refused our key or account (${member.refusedStatus})`;
    if (this.#lacksKey(member)) return 'its provider has no key';
    const pauseMs = Math.max(this.#pauses.leftMs(endpoint.id), this.#pauses.leftMs(endpoint.providerId));
    return pauseMs > 0 ? `it asked for a pause of ${Math.ceil(pauseMs / 1000)} s` : null;
  }

  #lacksKey({ provider }: Member): boolean {
    return provider.settings.auth !== 'none' && this.access(provider.id)?.authHeaders.length === 0;
  }

  /** Members for the settings of now; unchanged ones are taken over from `before`. */
  #gather(before: ReadonlyMap<string, Member>): Map<string, Member> {
    const enabled = allSettings(this.#settings, this.#options.secrets).filter((settings) => settings.enabled);
    return new Map(
      enabled.map((settings) => {
        const old = before.get(settings.id);
        const madeOf = JSON.stringify([settings, settings.kind === 'ollama' && this.#settings.ollama.watchIntervalMs]);
        return [settings.id, old?.madeOf === madeOf ? old : this.#createMember(settings, madeOf)];
      }),
    );
  }

  #createMember(settings: ProviderSettings, madeOf: string): Member {
    const { clock, log } = this.#options;
    const provider = toProvider(settings);
    let seen: readonly Endpoint[] | null = null;
    const onReport = (report: ProviderReport): void => {
      const isNewList = report.endpoints !== seen;
      seen = report.endpoints;
      this.#changed(isNewList);
    };
    const common = { provider, clock, log, secret: () => this.#secretOf(provider), onReport };
    const watch =
      provider.kind === 'ollama'
        ? createOllamaWatch({ ...common, intervalMs: this.#settings.ollama.watchIntervalMs })
        : createModelListWatch(common);
    return { provider, madeOf, watch, access: null, refusedStatus: null };
  }

  #startMember(member: Member): void {
    if (!this.#offline || member.provider.track === 'local') member.watch.start();
  }

  #secretOf(provider: Provider): ResolvedSecret {
    return resolveSecret(provider.settings, this.#options.secrets);
  }

  #standingOf(settings: ProviderSettings): Standing {
    return {
      offline: this.#offline && settings.track === 'cloud',
      refusedStatus: this.#members.get(settings.id)?.refusedStatus ?? null,
      pauseLeftMs: this.#pauses.leftMs(settings.id),
    };
  }

  #changed(snapshotToo = false): void {
    if (snapshotToo) this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }
}

/** The settings of every provider in order: Ollama as a provider like the others, then the configured ones. */
function allSettings(settings: Settings, secrets: SecretSources): ProviderSettings[] {
  const taken = settings.providers.some((provider) => provider.id === OLLAMA_ID);
  const implicit = settings.ollama.enabled && !taken ? [ollamaSettings(settings, secrets)] : [];
  return [...implicit, ...settings.providers];
}

function ollamaSettings(settings: Settings, secrets: SecretSources): ProviderSettings {
  return providerSettings.parse({
    id: OLLAMA_ID,
    name: 'Ollama',
    kind: 'ollama',
    track: 'local',
    baseUrl: settings.ollama.baseUrl ?? parseOllamaHost(secrets.environment.OLLAMA_HOST),
    auth: 'none',
    modelsPath: '/api/tags',
  });
}

function toAccess(provider: Provider, secret: ResolvedSecret): ProviderAccess {
  const { id, name, kind, origin, basePath, features } = provider;
  return { id, name, kind, origin, basePath, features, authHeaders: provider.headers(secret.value) };
}
