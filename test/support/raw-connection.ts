import { connect, type Socket } from 'node:net';

/** A client that sends exactly the bytes it is told to, reads only when told to, and never hangs up by itself. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<undefined>();
  #received = 0;
  #text = '';

  /** Without `reads` nothing is taken from the socket until `drain`. */
  constructor(url: string, options: { reads?: boolean } = {}) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('end', () => this.#probe());
    this.#socket.on('close', () => this.#closed.resolve(undefined));
    if (options.reads !== false) this.drain();
  }

  /** Begins to read. */
  drain(): void {
    this.#socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.length;
      // Kept at both ends only: what stands in the middle of 100 MB is counted, not stored.
      if (this.#text.length < 100_000) this.#text += bytes.toString('latin1');
      else
        this.#text = this.#text.slice(0, 50_000) + (this.#text.slice(50_000) + bytes.toString('latin1')).slice(-50_000);
    });
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Settles when the other side has closed for good: it neither sends nor takes anything any more. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get receivedBytes(): number {
    return this.#received;
  }

  /** What was received: everything up to 100 kB, beyond that the beginning and the end. */
  get text(): string {
    return this.#text;
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.#text)?.[1] ?? 0);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** The other side will send nothing more. Whether it still holds the connection shows when it is sent something. */
  #probe(): void {
    const timer = setInterval(() => this.#socket.write(' '), 10);
    this.#socket.on('close', () => clearInterval(timer));
  }
}

/** The head of a JSON request with these headers besides Host and content type. */
export function requestHead(url: string, path: string, headers: Record<string, string> = {}): string {
  const all = { host: new URL(url).host, 'content-type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
