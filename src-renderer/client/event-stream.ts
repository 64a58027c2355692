import { z } from 'zod';
import type { Access } from '../../src-shared/bridge.ts';
import { eventTopics, type EngineEvent, type EventTopic } from '../../src-shared/events.ts';
import { toRefusal } from './call-operation.ts';
import { ClientError } from './client-error.ts';
import { SseReader, type ServerSentEvent } from './sse-reader.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4_000;

export interface EventStreamOptions {
  /** `isContinued`: nothing was missed since the last event; false: whatever was read before may be old. */
  onOpen(isContinued: boolean): void;
  /** It ended or could not be opened; unless the token is unknown, the next try follows by itself. */
  onClosed(error: ClientError): void;
  onEvent(event: EngineEvent): void;
}

/** The engine's events over a streaming fetch (EventSource cannot send a token), reconnecting with back-off. */
export class EventStream {
  readonly #options: EventStreamOptions;
  #access: Access | null = null;
  #topics = '';
  #lastId: string | null = null;
  #retryMs = FIRST_RETRY_MS;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** From now on these, read from there; the position is kept as long as the engine is the same. */
  read(access: Access | null, topics: readonly EventTopic[]): void {
    const wanted = topics.join(',');
    const isSame = access?.address === this.#access?.address && access?.token === this.#access?.token;
    if (isSame && wanted === this.#topics && this.#running !== null) return;
    if (access?.address !== this.#access?.address) this.#lastId = null;
    this.#access = access;
    this.#topics = wanted;
    this.#retryMs = FIRST_RETRY_MS;
    this.retry();
  }

  /** Tries now instead of when the back-off says. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    if (this.#access !== null) void this.#run(this.#access);
  }

  stop(): void {
    this.#access = null;
    this.retry();
  }

  async #run(access: Access): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      await this.#follow(access, running.signal);
    } catch (error) {
      if (running.signal.aborted) return;
      const problem = error instanceof ClientError ? error : new ClientError('offline', 'The connection ended.');
      this.#running = null;
      if (problem.kind !== 'unauthorized') this.#timer = setTimeout(() => this.retry(), this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#options.onClosed(problem);
    }
  }

  /** Ends only by throwing: a stream that ends is a connection that was lost. */
  async #follow(access: Access, signal: AbortSignal): Promise<never> {
    const response = await fetch(`${access.address}/control/v1/events?topics=${this.#topics}`, {
      headers: {
        authorization: `Bearer ${access.token}`,
        accept: 'text/event-stream',
        ...(this.#lastId === null ? {} : { 'last-event-id': this.#lastId }),
      },
      cache: 'no-store',
      signal,
    });
    if (!response.ok || response.body === null) throw await toRefusal(response);
    this.#retryMs = FIRST_RETRY_MS;
    this.#options.onOpen(this.#lastId !== null);
    const texts = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const reader = new SseReader();
    for (;;) {
      const { value, done } = await texts.read();
      if (done) throw new ClientError('offline', 'The engine ended the connection.');
      for (const event of reader.push(value)) if (!signal.aborted) this.#take(event);
    }
  }

  #take({ id, event, data }: ServerSentEvent): void {
    if (id !== null) this.#lastId = id;
    const parsed = data === null ? null : parseEvent(event, data);
    if (parsed !== null) this.#options.onEvent(parsed);
  }
}

/** null: a topic that these pages do not know (yet), or data that is not what was agreed: the next one may be. */
export function parseEvent(topic: string, data: string): EngineEvent | null {
  const found = Object.entries(eventTopics).find(([name]) => name === topic);
  if (found === undefined) return null;
  const parsed = z.safeParse(found[1], toJson(data));
  // The pair is right by construction: the schema was found by the topic's own name.
  return parsed.success ? ({ topic, data: parsed.data } as EngineEvent) : null;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
