import { UNKNOWN_USAGE } from './chat-event.ts';
import type { Failure } from './failure.ts';
import type { StreamProgress, StreamRelay } from './format.ts';
import { SseSplitter, type SseEvent } from './sse.ts';

/** What one protocol looks for while its own events pass by. */
export interface SseWatcher {
  /**
   * True when `text`, whole events after content has started, holds nothing that must be looked at: no usage, error,
   * end, tool call or known defect. Must be quick: it runs on every chunk.
   */
  isPlain(text: string): boolean;
  /** Looks at one event, notes what it tells in `progress` and returns what goes on: `event.raw`, a repair, or ''. */
  inspect(event: SseEvent, progress: StreamProgress): string;
  /** The upstream closed: returns last words for the client ('' mostly) and notes a truncation in `progress`. */
  end(progress: StreamProgress): string;
  printError(failure: Failure): string;
}

/** A progress in which nothing has happened yet. */
export function createProgress(): StreamProgress {
  return {
    contentStarted: false,
    finished: false,
    failure: null,
    finishReason: null,
    usage: UNKNOWN_USAGE,
    loadNs: null,
    contentPieces: 0,
  };
}

const LINE_FEED = 10;
const wholeText = new TextDecoder();

/**
 * Passes server-sent events on in their own protocol. Chunks of whole, plain events go through as the bytes they are;
 * only events with something to see are cut out and read.
 */
export class SsePassThrough implements StreamRelay {
  readonly progress = createProgress();
  readonly #watcher: SseWatcher;
  readonly #splitter = new SseSplitter();

  constructor(watcher: SseWatcher) {
    this.#watcher = watcher;
  }

  push(bytes: Uint8Array): string | Uint8Array {
    if (this.#isPlain(bytes)) return bytes;
    let out = '';
    for (const event of this.#splitter.push(bytes)) {
      if (this.progress.failure !== null) break;
      out += this.#watcher.inspect(event, this.progress);
    }
    return out;
  }

  end(): string {
    let out = '';
    for (const event of this.#splitter.end()) {
      if (this.progress.failure === null) out += this.#watcher.inspect(event, this.progress);
    }
    return this.progress.failure === null ? out + this.#watcher.end(this.progress) : out;
  }

  failWith(failure: Failure): string {
    return this.#watcher.printError(failure);
  }

  /** Whole events only: nothing held back before, an empty line at the end, so that no UTF-8 sequence is cut either. */
  #isPlain(bytes: Uint8Array): boolean {
    const { progress } = this;
    if (!progress.contentStarted || progress.failure !== null || !this.#splitter.atBoundary) return false;
    if (bytes.at(-1) !== LINE_FEED || bytes.at(-2) !== LINE_FEED) return false;
    const text = wholeText.decode(bytes);
    if (!this.#watcher.isPlain(text)) return false;
    for (let at = text.indexOf('\n\n'); at !== -1; at = text.indexOf('\n\n', at + 2)) progress.contentPieces += 1;
    return true;
  }
}
