import type { Clock, Log } from '../ports.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { ProviderAccess } from './registry.ts';
import { requestJson, type JsonReply } from './request-json.ts';

/** A large model from a slow disk takes minutes. */
const LONGEST_LOAD_MS = 600_000;

interface WarmUpOptions {
  clock: Clock;
  log: Log;
  access: (providerId: string) => ProviderAccess | null;
}

/**
 * Loads local models into memory while somebody else answers, so that they are there for the next request. In the
 * background, once at a time for each model; a load that fails is logged and nothing more. Remembers what it loaded: only
 * that may be unloaded again when the machine is wanted back.
 */
export class WarmUps {
  readonly #options: WarmUpOptions;
  readonly #loaded = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: WarmUpOptions) {
    this.#options = options;
  }

  /** Endpoint ids of models that were loaded here and not unloaded since. */
  get loadedHere(): ReadonlySet<string> {
    return this.#loaded;
  }

  /** Endpoint ids that are being loaded now. */
  get underWay(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  /** Starts to load a model, and returns at once. Servers other than Ollama have no such call: there it does nothing. */
  begin(endpoint: Endpoint): void {
    const { id } = endpoint;
    if (this.#stopping.signal.aborted || endpoint.loaded === true || this.#underWay.has(id)) return;
    const access = this.#options.access(endpoint.providerId);
    if (access?.kind !== 'ollama' || endpoint.track !== 'local') {
      this.#options.log.debug({ endpoint: id }, 'not loaded ahead: only models of an Ollama on this machine can be');
      return;
    }
    this.#underWay.set(id, this.#load(endpoint, access));
  }

  /** The model was unloaded, by whomever. */
  forget(endpointId: string): void {
    this.#loaded.delete(endpointId);
  }

  /** Breaks off what is under way; nothing is begun any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay.values());
  }

  /** Never rejects. */
  async #load({ id, model }: Endpoint, access: ProviderAccess): Promise<void> {
    const { clock, log } = this.#options;
    const startedMs = clock.monotonicMs();
    const reply = await requestJson({
      clock,
      origin: access.origin,
      path: `${access.basePath}/api/generate`,
      method: 'POST',
      headers: access.authHeaders,
      // Without a prompt nothing is generated: Ollama loads the model and says so.
      body: { model, stream: false },
      timeoutMs: LONGEST_LOAD_MS,
      signal: this.#stopping.signal,
    });
    this.#underWay.delete(id);
    const why = whyNotLoaded(reply);
    if (why === null) {
      this.#loaded.add(id);
      log.info({ endpoint: id, tookMs: Math.round(clock.monotonicMs() - startedMs) }, 'a model was loaded ahead');
    } else if (!this.#stopping.signal.aborted) log.warn({ endpoint: id, why }, 'a model could not be loaded ahead');
  }
}

function whyNotLoaded(reply: JsonReply): string | null {
  switch (reply.kind) {
    case 'ok':
      return null;
    case 'status':
      return `status ${reply.status}`;
    case 'unreachable':
      return reply.cause;
    case 'garbled':
      return reply.reason;
  }
}
