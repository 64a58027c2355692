import { onTestFinished } from 'vitest';
import { eventTopics, type EventTopic } from '../../src-shared/events.ts';

/** One event as it came, its data held against the contract. */
export interface ReadEvent {
  id: string | null;
  topic: EventTopic;
  data: unknown;
}

export interface EventStreamReader {
  response: Response;
  /** In the order of coming. */
  events: ReadEvent[];
  /** Comment lines that came. */
  readonly comments: number;
  /** Id to come back with. */
  readonly lastId: string | null;
  /** The next event that was not taken yet, of this topic or of any. */
  next(topic?: EventTopic): Promise<ReadEvent>;
  /** Resolves when the stream has ended. */
  ended: Promise<void>;
  /** Hangs up. */
  close(): void;
}

export interface ReaderOptions {
  topics?: readonly string[];
  lastId?: string | null;
  token: string;
}

/** Reads the engine's events as a page does: a streamed fetch, one frame after the other. Ends with the test. */
export async function readEvents(url: string, options: ReaderOptions): Promise<EventStreamReader> {
  const hangUp = new AbortController();
  onTestFinished(() => hangUp.abort());
  const query = options.topics === undefined ? '' : `?topics=${options.topics.join(',')}`;
  const response = await fetch(`${url}/control/v1/events${query}`, {
    headers: {
      authorization: `Bearer ${options.token}`,
      ...(options.lastId === undefined || options.lastId === null ? {} : { 'last-event-id': options.lastId }),
    },
    signal: hangUp.signal,
  });
  const events: ReadEvent[] = [];
  const state = { comments: 0, lastId: options.lastId ?? null, isOver: false };
  let taken = 0;
  let wake = Promise.withResolvers<undefined>();
  const ended = readFrames(response, (frame) => {
    if (frame.startsWith(':')) state.comments += 1;
    const fields = new Map(
      frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
    );
    state.lastId = fields.get('id') ?? state.lastId;
    const topic = fields.get('event');
    if (topic === undefined) return;
    const known = Object.keys(eventTopics).find((name): name is EventTopic => name === topic);
    if (known === undefined) throw new Error(`there is no topic ${topic}`);
    const data: unknown = eventTopics[known].parse(JSON.parse(fields.get('data') ?? ''));
    events.push({ id: fields.get('id') ?? null, topic: known, data });
    wake.resolve(undefined);
    wake = Promise.withResolvers();
  }).finally(() => {
    state.isOver = true;
    wake.resolve(undefined);
  });
  return {
    response,
    events,
    ended,
    get comments() {
      return state.comments;
    },
    get lastId() {
      return state.lastId;
    },
    async next(topic) {
      for (;;) {
        const found = events.slice(taken).find((event) => topic === undefined || event.topic === topic);
        if (found !== undefined) {
          taken = events.indexOf(found) + 1;
          return found;
        }
        if (state.isOver) throw new Error(`the stream ended without ${topic ?? 'another event'}`);
        await wake.promise;
      }
    },
    close: () => hangUp.abort(),
  };
}

async function readFrames(response: Response, onFrame: (frame: string) => void): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    const body: AsyncIterable<Uint8Array> | null = response.body;
    for await (const bytes of body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) onFrame(frame);
    }
  } catch (error) {
    // Hung up, or cut off: what had come so far stays.
    if (!(error instanceof Error) || !/abort|terminated|closed/i.test(`${error.name} ${error.message}`)) throw error;
  }
}
