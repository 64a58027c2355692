import { createServer, type Server, type Socket } from 'node:net';

/** A server on a port of its own that says exactly what it is told to, and remembers what was said to it. */
export class SocketServer {
  readonly connections: PeerConnection[] = [];
  readonly #server: Server;
  readonly #host: string;
  #waiting: { count: number; resolve: (connection: PeerConnection) => void }[] = [];

  private constructor(host: string) {
    this.#host = host;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(host = '127.0.0.1'): Promise<SocketServer> {
    const server = new SocketServer(host);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(0, host, resolve);
    });
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get origin(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.port}`;
  }

  /** Settles with the `count`th connection, counted from 1. */
  connection(count: number): Promise<PeerConnection> {
    const there = this.connections[count - 1];
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Settles with the text of the `request`th request on the `connection`th connection. */
  async request(connection: number, request = 1): Promise<string> {
    return (await this.connection(connection)).request(request);
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection = new PeerConnection(socket);
    this.connections.push(connection);
    const ready = this.#waiting.filter(({ count }) => count === this.connections.length);
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve(connection);
  }
}

/** The server's end of one connection. */
export class PeerConnection {
  readonly requests: string[] = [];
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<undefined>();
  #text = '';
  #waiting: { count: number; resolve: (text: string) => void }[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed.resolve(undefined));
  }

  /** Settles when the other side closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Settles with the `count`th whole request, counted from 1. */
  request(count = 1): Promise<string> {
    const there = this.requests[count - 1];
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** False: the other side does not read as fast as this. */
  send(bytes: string | Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  /** Settles when what was sent has left for the network, or at least for the kernel. */
  sent(): Promise<void> {
    return new Promise((resolve) => this.#socket.write('', () => resolve()));
  }

  /** Bytes that nobody took yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Stops reading, so that the other side's sending comes to a halt. */
  stopReading(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #receive(bytes: Buffer): void {
    this.#text += bytes.toString('latin1');
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text.slice(0, end))?.[1] ?? 0);
      const whole = end + 4 + length;
      if (this.#text.length < whole) return;
      this.requests.push(this.#text.slice(0, whole));
      this.#text = this.#text.slice(whole);
      const ready = this.#waiting.filter(({ count }) => count === this.requests.length);
      this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
      for (const { resolve } of ready) resolve(this.requests.at(-1) ?? '');
    }
  }
}
