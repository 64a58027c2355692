import type { ClientSink, SinkListener } from '../../src-main/engine/exchange/job.ts';

/** A client that keeps what it is sent, and notices when it is sent something that no client may get. */
export class RecordingSink implements ClientSink {
  listener: SinkListener | null = null;
  status: number | null = null;
  headers: Readonly<Record<string, string>> = {};
  isGone = false;
  isEnded = false;
  isDestroyed = false;
  /** What went wrong in the order of calls: two heads, bytes after the end. */
  readonly complaints: string[] = [];
  /** False makes the client one that reads nothing more. */
  takesMore = true;
  readonly #pieces: Buffer[] = [];
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #answering = Promise.withResolvers<undefined>();

  get headSent(): boolean {
    return this.status !== null;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** Settles when the answer has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Settles when something of the body was sent. */
  get answering(): Promise<void> {
    return this.#answering.promise;
  }

  head(status: number, headers: string[]): void {
    if (this.status !== null) this.complaints.push('a second head');
    this.status = status;
    const pairs: [string, string][] = [];
    for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at] ?? '', headers[at + 1] ?? '']);
    this.headers = Object.fromEntries(pairs);
  }

  flushHead(): void {
    if (this.status === null) this.complaints.push('flushed without a head');
  }

  write(bytes: string | Uint8Array): boolean {
    if (this.status === null) this.complaints.push('a body without a head');
    if (this.isEnded || this.isDestroyed) this.complaints.push('bytes after the end');
    this.#pieces.push(Buffer.from(bytes));
    this.#answering.resolve(undefined);
    return this.takesMore;
  }

  end(bytes?: string | Uint8Array): void {
    if (this.isEnded || this.isDestroyed) this.complaints.push('a second end');
    if (bytes !== undefined) this.write(bytes);
    this.isEnded = true;
    this.#ended.resolve(undefined);
  }

  destroy(): void {
    this.isDestroyed = true;
    this.hangUp();
  }

  hangUp(): void {
    this.isGone = true;
    this.listener?.onHangUp();
    this.#ended.resolve(undefined);
  }

  /** The client reads again. */
  drain(): void {
    this.takesMore = true;
    this.listener?.onDrain();
  }
}
