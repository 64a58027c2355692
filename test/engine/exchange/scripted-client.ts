import type {
  UpstreamCall,
  UpstreamHandle,
  UpstreamHandlers,
} from '../../../src-main/engine/providers/upstream-call.ts';

/** What may happen to a call that is under way. */
export type WireEvent = 'head' | 'role' | 'content' | 'finish' | 'error' | 'close' | 'reset' | 'refusal';

const LETTERS: Readonly<Partial<Record<WireEvent, string>>> = { role: 'r', content: 'c', finish: 'f', error: 'x' };

/** Calls that go nowhere: the test says what comes back, and when. */
export class ScriptedClient {
  readonly calls: ScriptedCall[] = [];

  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const sent = new ScriptedCall(call.path, handlers);
    this.calls.push(sent);
    return sent;
  }
}

export class ScriptedCall implements UpstreamHandle {
  readonly path: string;
  isOver = false;
  #hasHead = false;
  readonly #handlers: UpstreamHandlers;

  constructor(path: string, handlers: UpstreamHandlers) {
    this.path = path;
    this.#handlers = handlers;
  }

  abort(): void {
    this.isOver = true;
  }

  pause(): void {
    return;
  }

  resume(): void {
    return;
  }

  /** What cannot happen now does not: bytes without a head, anything after the end. */
  happen(event: WireEvent): void {
    if (this.isOver) return;
    if (event === 'reset' || event === 'refusal') {
      this.isOver = true;
      this.#handlers.onError({ kind: event === 'reset' ? 'reset' : 'refused', code: event });
      return;
    }
    if (!this.#hasHead) this.#handlers.onHead(200, { 'content-type': 'text/event-stream' });
    this.#hasHead = true;
    const letter = LETTERS[event];
    if (letter !== undefined) this.#handlers.onBytes(Buffer.from(letter, 'latin1'));
    if (event !== 'close') return;
    this.isOver = true;
    this.#handlers.onEnd();
  }
}
