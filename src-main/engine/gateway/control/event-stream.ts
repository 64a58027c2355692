import type { ServerResponse } from 'node:http';
import type { EventHub, EventReader, Opening, OpenTopic } from '../../events/event-hub.ts';
import type { ToldEvent } from '../../events/event-ring.ts';
import { OPEN_TOPICS } from '../../events/event-hub.ts';
import type { Clock } from '../../ports.ts';
import type { GatewayCall } from '../call.ts';
import type { Handler } from '../router.ts';
import { ControlProblem } from './control-problem.ts';
import { isAllowed } from './is-allowed.ts';
import { sendProblem } from './send-problem.ts';

export interface EventStreamOptions {
  hub: EventHub;
  clock: Clock;
  token: () => string;
}

/** So many may read at the same time. */
const MOST_STREAMS = 64;
/** Proxies and pages take a silent connection for a dead one. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';
/** How long a reader shall wait before it comes back. */
const RETRY_MS = 1_000;
/** A reader that is this far behind (characters) is cut off: what it missed it gets when it comes back. */
const MOST_WAITING = 2_000_000;

/**
 * `GET /control/v1/events?topics=request,gate` (without `topics`: all of them): server-sent events behind the control
 * token, which is only taken from the `authorization` header. A reader comes back with `last-event-id`; every stream
 * begins with an id, so that it can even when nothing has happened yet. Streams end with the hub, and with their token.
 */
export function eventStream({ hub, clock, token }: EventStreamOptions): Handler {
  const streams = new Set<Stream>();
  let stopTimer: (() => void) | null = null;
  const beat = (): void => {
    stopTimer = streams.size === 0 ? null : clock.after(HEARTBEAT_MS, beat);
    for (const stream of [...streams]) stream.beat();
  };
  const onGone = (stream: Stream): void => {
    streams.delete(stream);
    if (streams.size > 0) return;
    stopTimer?.();
    stopTimer = null;
  };
  return (call) => {
    if (!isAllowed(call, token())) return;
    const topics = topicsOf(call);
    if (topics instanceof ControlProblem) {
      sendProblem(call, topics);
      return;
    }
    if (streams.size >= MOST_STREAMS) {
      sendProblem(call, new ControlProblem(503, 'too_many_streams', `${MOST_STREAMS} readers are served at most.`));
      return;
    }
    const stream = new Stream({ hub, response: call.response, onGone });
    call.response.writeHead(200, headersOf(call));
    if (call.method === 'HEAD') {
      call.response.end();
      return;
    }
    streams.add(stream);
    stream.start(topics, lastIdOf(call));
    if (streams.size > 0) stopTimer ??= clock.after(HEARTBEAT_MS, beat);
  };
}

/** One reader over HTTP. */
class Stream implements EventReader {
  readonly #hub: EventHub;
  readonly #response: ServerResponse;
  readonly #onGone: (stream: Stream) => void;
  #close: () => void = () => undefined;
  #isGone = false;

  constructor(options: { hub: EventHub; response: ServerResponse; onGone: (stream: Stream) => void }) {
    this.#hub = options.hub;
    this.#response = options.response;
    this.#onGone = options.onGone;
    // A write to a reader that has just gone: the close tells all there is to tell.
    this.#response.on('error', () => undefined);
    this.#response.on('close', () => this.#leave());
  }

  start(topics: readonly OpenTopic[], lastId: string | null): void {
    this.#close = this.#hub.open({ topics, lastId, reader: this });
    if (this.#isGone) this.#close();
  }

  begin(opening: Opening): void {
    const reset = opening.reset ? `event: reset\ndata: {}\n` : '';
    // What was missed is told from the reader's own id on; only then may it know a later one.
    const id = opening.missed.length === 0 ? `id: ${opening.id}\n` : '';
    this.#write(`retry: ${RETRY_MS}\n${id}${reset}\n`);
    for (const event of opening.missed) this.take(event);
  }

  take(event: ToldEvent): void {
    if (this.#isGone) return;
    if (this.#response.writableLength > MOST_WAITING) {
      this.#response.destroy();
      this.#leave();
      return;
    }
    // JSON on one line: nothing in it can end the event early.
    this.#write(`id: ${this.#hub.idOf(event)}\nevent: ${event.topic}\ndata: ${event.text}\n\n`);
  }

  ended(): void {
    if (this.#isGone) return;
    this.#response.end();
    this.#leave();
  }

  beat(): void {
    this.#write(HEARTBEAT);
  }

  #write(text: string): void {
    if (!this.#isGone && !this.#response.destroyed) this.#response.write(text);
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#close();
    this.#onGone(this);
  }
}

function topicsOf(call: GatewayCall): readonly OpenTopic[] | ControlProblem {
  const asked = new URLSearchParams(call.query).get('topics');
  if (asked === null) return OPEN_TOPICS;
  const names = asked.split(',').filter((name) => name !== '');
  const topics = OPEN_TOPICS.filter((topic) => names.includes(topic));
  const unknown = names.find((name) => !OPEN_TOPICS.some((topic) => topic === name));
  if (unknown === undefined && topics.length > 0) return topics;
  const wrong = unknown === undefined ? 'Name a topic' : `There is no topic "${unknown}"`;
  return new ControlProblem(400, 'invalid_request', `${wrong}: ${OPEN_TOPICS.join(', ')}.`);
}

function lastIdOf(call: GatewayCall): string | null {
  const id = call.request.headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}

function headersOf(call: GatewayCall): string[] {
  return [
    ...['x-pointsman-request-id', call.id, 'content-type', 'text/event-stream; charset=utf-8'],
    // A proxy that collected events before it passed them on would make them late.
    ...['cache-control', 'no-store', 'x-accel-buffering', 'no', 'x-content-type-options', 'nosniff'],
    ...call.cors,
  ];
}
