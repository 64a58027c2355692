import { connect, type Socket } from 'node:net';
import { CONTENT_MARK } from './mock-replies.ts';

export interface Exchange {
  latencyUs: number;
  /** 0 when content was not watched. */
  firstContentUs: number;
  contentPieces: number;
  /** null: a complete 200. */
  failure: string | null;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/**
 * A keep-alive connection that sends one request at a time and reads just enough of HTTP/1.1 to know where the reply
 * ends, so that the generator costs less than what it measures. The end of a chunked reply is taken from its last five
 * bytes: none of the benchmark's payloads holds them elsewhere.
 */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #watchContent: boolean;
  #finish: ((exchange: Exchange) => void) | null = null;
  #sentAtMs = 0;
  #firstContentUs = 0;
  #contentPieces = 0;
  #failure: string | null = null;
  /** Bytes of an incomplete head, then the last bytes of an incomplete chunked body. */
  #held: Buffer | null = null;
  /** Bytes of the body to come; null while in the head; -1 for a chunked body. */
  #bodyLeft: number | null = null;

  private constructor(socket: Socket, watchContent: boolean) {
    this.#socket = socket;
    this.#watchContent = watchContent;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#read(data));
    socket.on('error', (error) => this.#fail(`connection error: ${error.message}`));
    socket.on('close', () => this.#fail('connection closed before the end of the reply'));
  }

  static async open(port: number, watchContent: boolean): Promise<LoadConnection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new LoadConnection(socket, watchContent);
  }

  /** `finish` is called once; not to be called again before that. */
  send(request: string, finish: (exchange: Exchange) => void): void {
    this.#finish = finish;
    this.#firstContentUs = 0;
    this.#contentPieces = 0;
    this.#failure = null;
    this.#bodyLeft = null;
    this.#held = null;
    if (this.#socket.destroyed) {
      this.#fail('connection closed by the server');
      return;
    }
    this.#socket.write(request);
    this.#sentAtMs = performance.now();
  }

  close(): void {
    this.#finish = null;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    if (this.#finish === null) return;
    let body = data;
    if (this.#bodyLeft === null) {
      const bytes = this.#held === null ? data : Buffer.concat([this.#held, data]);
      const headEnd = bytes.indexOf(HEAD_END);
      if (headEnd < 0) {
        this.#held = bytes;
        return;
      }
      this.#held = null;
      this.#readHead(bytes.toString('latin1', 0, headEnd));
      body = bytes.subarray(headEnd + HEAD_END.length);
    }
    if (this.#watchContent) this.#countContent(body);
    if (this.#endsWith(body)) this.#end();
  }

  #readHead(head: string): void {
    if (!head.startsWith('HTTP/1.1 200')) this.#failure = `answered ${head.slice(9, 40)}`;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#bodyLeft = length === undefined ? -1 : Number(length);
  }

  #countContent(body: Buffer): void {
    for (let at = body.indexOf(CONTENT_MARK); at >= 0; at = body.indexOf(CONTENT_MARK, at + 1)) {
      if (this.#contentPieces === 0) this.#firstContentUs = (performance.now() - this.#sentAtMs) * 1000;
      this.#contentPieces += 1;
    }
  }

  /** Is the reply complete with these bytes of its body? */
  #endsWith(body: Buffer): boolean {
    if (this.#bodyLeft === null) return false;
    if (this.#bodyLeft >= 0) {
      this.#bodyLeft -= body.length;
      if (this.#bodyLeft < 0) this.#failure = 'sent more than it announced';
      return this.#bodyLeft <= 0;
    }
    const tail = body.length >= LAST_CHUNK.length || this.#held === null ? body : Buffer.concat([this.#held, body]);
    this.#held = tail.subarray(-LAST_CHUNK.length);
    return this.#held.toString('latin1') === LAST_CHUNK;
  }

  #fail(failure: string): void {
    this.#failure = failure;
    this.#end();
  }

  #end(): void {
    const finish = this.#finish;
    if (finish === null) return;
    this.#finish = null;
    finish({
      latencyUs: (performance.now() - this.#sentAtMs) * 1000,
      firstContentUs: this.#firstContentUs,
      contentPieces: this.#contentPieces,
      failure: this.#failure,
    });
  }
}
