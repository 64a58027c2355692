import type { LoadedOllamaModel } from '../../protocols/ollama/parse-models.ts';
import type { ProviderAccess } from '../../providers/registry.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobCallerParts } from './job-caller-parts.ts';
import { readOllamaMemory, unloadFromOllama } from './ollama-memory.ts';
import { FORGETFUL_MODELS, type LoadedUntil, type RememberedModels } from './remembered-models.ts';
import { whoseModel, type Owner } from './whose-model.ts';

/**
 * So long a model that we loaded stays after our last call. Ollama itself sees to it, also when the engine is killed and
 * nobody goes on.
 */
export const KEEP_ALIVE_SECONDS = 120;

/** Ollama's clock and ours, and the way between them. */
const SLACK_MS = 2_000;
/** What is written for the next process is ahead by so much, so that not every call writes. */
const AHEAD_MS = 60_000;
/** How long and how often is looked whether a model has left the memory. */
const GONE_TRIES = 40;
const GONE_EVERY_MS = 100;

export interface ModelLook {
  owner: Owner;
  /** null: unknown. */
  isLoaded: boolean | null;
}

/** The models that background work has brought into memory itself, and the way to take them out again. */
export class OwnModels {
  readonly #parts: JobCallerParts;
  readonly #remembered: RememberedModels;
  /** By endpoint id: the latest end (Unix milliseconds) that our calls can have given it. */
  readonly #untilMs: Map<string, number>;
  #written: LoadedUntil;

  constructor(parts: JobCallerParts) {
    this.#parts = parts;
    this.#remembered = parts.remembered ?? FORGETFUL_MODELS;
    this.#written = this.#remembered.read();
    const nowMs = parts.clock.nowMs();
    this.#untilMs = new Map([...this.#written].filter(([, untilMs]) => untilMs > nowMs));
  }

  /** Whose a local model is now. Other servers than Ollama do not say: there every model counts as the person's. */
  async look(endpoint: Endpoint, signal?: AbortSignal): Promise<ModelLook> {
    const access = this.#ollamaOf(endpoint);
    if (access === null) return { owner: 'person', isLoaded: null };
    const { clock } = this.#parts;
    const models = await readOllamaMemory({ clock, access, ...(signal === undefined ? {} : { signal }) });
    return this.#judge(endpoint, models);
  }

  /** It was loaded by us and, as far as is known, used by nobody else. Only `look` knows for sure. */
  has(endpointId: string): boolean {
    return this.#untilMs.has(endpointId);
  }

  /** A call to a model that is not the person's goes out, or has come to its end. */
  noteCall(endpoint: Endpoint): void {
    const untilMs = this.#parts.clock.nowMs() + KEEP_ALIVE_SECONDS * 1_000 + SLACK_MS;
    this.#untilMs.set(endpoint.id, untilMs);
    if ((this.#written.get(endpoint.id) ?? 0) < untilMs) this.#write(AHEAD_MS);
  }

  /** Takes a model out of memory unless it is the person's; resolves once it is gone. */
  async unload(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
    const access = this.#ollamaOf(endpoint);
    if (access === null) return false;
    const { owner } = await this.look(endpoint, signal);
    if (owner === 'nobody') return true;
    if (owner === 'person' || signal.aborted) return false;
    const { clock } = this.#parts;
    if (!(await unloadFromOllama({ clock, access, model: endpoint.model, signal }))) return false;
    this.#forget(endpoint.id);
    return this.#isGone(endpoint, access, signal);
  }

  /** Takes everything out of memory that is still ours. What cannot be taken out leaves by itself a little later. */
  async release(): Promise<void> {
    const { byId } = this.#parts.registry.snapshot();
    for (const id of this.#untilMs.keys()) if (!byId.has(id)) this.#forget(id);
    const own = [...this.#untilMs.keys()].flatMap((id) => byId.get(id) ?? []);
    if (own.length === 0) return;
    const providers = new Set(own.map(({ providerId }) => providerId));
    await Promise.all(own.map((endpoint) => this.#releaseOne(endpoint)));
    await Promise.all([...providers].map((id) => this.#parts.registry.refresh(id)));
  }

  async #releaseOne(endpoint: Endpoint): Promise<void> {
    const { clock, log } = this.#parts;
    const access = this.#ollamaOf(endpoint);
    const { owner } = await this.look(endpoint);
    this.#forget(endpoint.id);
    // Asked again, for a request may have come while Ollama was asked.
    if (owner !== 'ours' || access === null || this.#personsCalls(endpoint) > 0) return;
    const isUnloaded = await unloadFromOllama({ clock, access, model: endpoint.model });
    log.info({ endpoint: endpoint.id, isUnloaded }, 'a model that background work had loaded is let go');
  }

  #judge(endpoint: Endpoint, models: readonly LoadedOllamaModel[] | null): ModelLook {
    const found = models?.find(({ name }) => name === endpoint.model);
    const isLoaded = models === null ? null : found !== undefined;
    const owner = whoseModel({
      isLoaded,
      oursUntilMs: this.#untilMs.get(endpoint.id) ?? null,
      expiresAtMs: found?.expiresAtMs ?? null,
      personsCalls: this.#personsCalls(endpoint),
    });
    // Once theirs, it stays theirs.
    if (owner === 'person' && isLoaded === true) this.#forget(endpoint.id);
    return { owner, isLoaded };
  }

  #forget(endpointId: string): void {
    this.#untilMs.delete(endpointId);
    if (this.#written.has(endpointId)) this.#write(0);
  }

  #write(aheadMs: number): void {
    this.#written = new Map([...this.#untilMs].map(([id, untilMs]) => [id, untilMs + aheadMs]));
    this.#remembered.write(this.#written);
  }

  #personsCalls(endpoint: Endpoint): number {
    const queue = this.#parts.lanes.find(endpoint.id)?.queue;
    return queue === undefined ? 0 : queue.active + queue.waiting;
  }

  #ollamaOf({ providerId, track }: Endpoint): ProviderAccess | null {
    const access = track === 'local' ? this.#parts.registry.access(providerId) : null;
    return access?.kind === 'ollama' ? access : null;
  }

  async #isGone({ model }: Endpoint, access: ProviderAccess, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    for (let tries = 0; tries < GONE_TRIES && !signal.aborted; tries += 1) {
      const models = await readOllamaMemory({ clock, access, signal });
      if (models?.every(({ name }) => name !== model) === true) return true;
      await new Promise<void>((resolve) => void clock.after(GONE_EVERY_MS, resolve));
    }
    return false;
  }
}
