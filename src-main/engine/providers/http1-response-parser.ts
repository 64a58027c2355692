import { lookUp } from '../protocols/look-up.ts';
import type { UpstreamHeaders } from './upstream-call.ts';

/** What a response tells, in order: one head, pieces of body, one end. */
export interface Http1ResponseEvents {
  onHead(status: number, headers: UpstreamHeaders): void;
  onBody(bytes: Uint8Array): void;
  /** `reusable`: the connection may carry another request. */
  onEnd(reusable: boolean): void;
}

type State = 'head' | 'length' | 'chunk_size' | 'chunk_data' | 'chunk_end' | 'trailers' | 'until_close' | 'done';

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_CHUNK_LINE_BYTES = 4 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const EMPTY = Buffer.alloc(0);
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
/** 256 MB in hexadecimal digits; longer sizes are read the careful way. */
const MOST_PLAIN_DIGITS = 7;

/** The peer does not speak HTTP/1.1 (RFC 9112). */
export class Http1Garbled extends Error {
  override readonly name = 'Http1Garbled';
  readonly code: string;

  constructor(code: string) {
    super(`not an HTTP/1.1 response: ${code}`);
    this.code = code;
  }
}

/**
 * Reads one HTTP/1.1 response (RFC 9112) from the bytes of a connection, cut anywhere. Strict where laxness has been
 * abused: a message with both length and transfer coding, repeated or malformed lengths and bytes behind the end are no
 * responses. Throws Http1Garbled.
 */
export class Http1ResponseParser {
  readonly #events: Http1ResponseEvents;
  readonly #hasNoBody: boolean;
  #state: State = 'head';
  #held: Buffer = EMPTY;
  #remaining = 0;
  #keepAlive = true;

  constructor(method: string, events: Http1ResponseEvents) {
    this.#events = events;
    this.#hasNoBody = method === 'HEAD';
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** The bytes may change as soon as this returns; those that events are given are views of them. */
  push(bytes: Buffer): void {
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = EMPTY;
    while (rest.length > 0) {
      const left = this.#step(rest);
      if (left === null) {
        this.#held = Buffer.from(rest);
        return;
      }
      rest = left;
    }
  }

  /** The peer closed: the end of a body without length, or a truncation. True when the response was whole. */
  close(): boolean {
    if (this.#state !== 'until_close') return this.isDone;
    this.#finish(false);
    return true;
  }

  /** Takes what it can; returns the bytes behind it, null when more is needed to go on. */
  #step(bytes: Buffer): Buffer | null {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
      case 'chunk_data':
        return this.#readSized(bytes);
      case 'chunk_size':
        return this.#readChunkSize(bytes);
      case 'chunk_end':
        return this.#readChunkEnd(bytes);
      case 'trailers':
        return this.#readLine(bytes, (line) => {
          if (line === '') this.#finish(this.#keepAlive);
        });
      case 'until_close':
        this.#events.onBody(bytes);
        return EMPTY;
      case 'done':
        throw new Http1Garbled('bytes_behind_end');
    }
  }

  #readHead(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(HEAD_END);
    if (lengthUpTo(HEAD_END, end, bytes) > MAX_HEAD_BYTES) throw new Http1Garbled('head_too_long');
    if (end === -1) {
      if (!'HTTP/1.'.startsWith(bytes.toString('latin1', 0, Math.min(7, bytes.length))))
        throw new Http1Garbled('status_line');
      return null;
    }
    const head = bytes.toString('latin1', 0, end);
    const rest = bytes.subarray(end + HEAD_END.length);
    const status = statusOf(head);
    if (status >= 100 && status < 200) return rest;
    const headers = headersOf(head);
    this.#keepAlive = head.startsWith('HTTP/1.1') && !/\bclose\b/i.test(String(headers.connection ?? ''));
    this.#state = this.#bodyState(status, headers);
    this.#events.onHead(status, headers);
    if (this.#state === 'length' && this.#remaining === 0) this.#finish(this.#keepAlive);
    return rest;
  }

  #bodyState(status: number, headers: UpstreamHeaders): State {
    const { 'content-length': length, 'transfer-encoding': coding } = headers;
    if (this.#hasNoBody || status === 204 || status === 304) return 'length';
    if (coding !== undefined) {
      if (length !== undefined || String(coding).trim().toLowerCase() !== 'chunked') throw new Http1Garbled('framing');
      return 'chunk_size';
    }
    if (length === undefined) return 'until_close';
    if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) throw new Http1Garbled('content_length');
    this.#remaining = Number(length);
    return 'length';
  }

  #readSized(bytes: Buffer): Buffer {
    const piece = bytes.length <= this.#remaining ? bytes : bytes.subarray(0, this.#remaining);
    this.#remaining -= piece.length;
    const isLast = this.#remaining === 0;
    this.#events.onBody(piece);
    if (isLast && this.#state === 'length') this.#finish(this.#keepAlive);
    else if (isLast) this.#state = 'chunk_end';
    return bytes.subarray(piece.length);
  }

  #readChunkEnd(bytes: Buffer): Buffer | null {
    if (bytes.length < 2 && bytes[0] === CARRIAGE_RETURN) return null;
    if (bytes[0] !== CARRIAGE_RETURN || bytes[1] !== LINE_FEED) throw new Http1Garbled('chunk_end');
    this.#state = 'chunk_size';
    return bytes.subarray(2);
  }

  /** Every streamed token comes this way: a size that is digits and a line end is read without making a string. */
  #readChunkSize(bytes: Buffer): Buffer | null {
    let size = 0;
    let at = 0;
    for (; at < MOST_PLAIN_DIGITS; at += 1) {
      const digit = hexDigit(bytes[at] ?? 0);
      if (digit === -1) break;
      size = size * 16 + digit;
    }
    if (at === 0 || bytes[at] !== CARRIAGE_RETURN || bytes[at + 1] !== LINE_FEED) return this.#readOddChunkSize(bytes);
    this.#expectChunk(size);
    return bytes.subarray(at + 2);
  }

  #expectChunk(size: number): void {
    this.#remaining = size;
    this.#state = size === 0 ? 'trailers' : 'chunk_data';
  }

  /** With extensions, cut in the middle, or wrong. */
  #readOddChunkSize(bytes: Buffer): Buffer | null {
    return this.#readLine(bytes, (line) => {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new Http1Garbled('chunk_size');
      this.#expectChunk(Number.parseInt(size, 16));
    });
  }

  #readLine(bytes: Buffer, take: (line: string) => void): Buffer | null {
    const end = bytes.indexOf(LINE_END);
    if (lengthUpTo(LINE_END, end, bytes) > MAX_CHUNK_LINE_BYTES) throw new Http1Garbled('line_too_long');
    if (end === -1) return null;
    take(bytes.toString('latin1', 0, end));
    return bytes.subarray(end + LINE_END.length);
  }

  #finish(reusable: boolean): void {
    this.#state = 'done';
    this.#events.onEnd(reusable);
  }
}

/** The value of a hexadecimal digit's character code, -1 for any other. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Bytes before a mark that was found at `end`; for -1, how many there are at least, as the mark may have begun. */
function lengthUpTo(mark: Buffer, end: number, bytes: Buffer): number {
  return end === -1 ? bytes.length - mark.length + 1 : end;
}

function statusOf(head: string): number {
  const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n|$)/.exec(head)?.[1];
  if (status === undefined) throw new Http1Garbled('status_line');
  return Number(status);
}

const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** Controls in a value, a bare line end among them, are another message in disguise. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Names in lower case; a header that comes more than once becomes an array, in order. Folded lines are refused. */
function headersOf(head: string): UpstreamHeaders {
  const headers: UpstreamHeaders = {};
  let start = head.indexOf('\r\n') + 2;
  while (start > 1 && start < head.length) {
    let end = head.indexOf('\r\n', start);
    if (end === -1) end = head.length;
    const colon = head.indexOf(':', start);
    if (colon <= start || colon > end) throw new Http1Garbled('header');
    const name = head.slice(start, colon).toLowerCase();
    const value = trimmed(head, colon + 1, end);
    if (!NAME.test(name) || CONTROL.test(value)) throw new Http1Garbled('header');
    add(headers, name, value);
    start = end + 2;
  }
  return headers;
}

/** Only spaces and tabs may stand around a value; `trim` would also take bytes of its text, such as 0xa0. */
function trimmed(head: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(head.charCodeAt(start))) start += 1;
  while (end > start && isBlank(head.charCodeAt(end - 1))) end -= 1;
  return head.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function add(headers: UpstreamHeaders, name: string, value: string): void {
  const before = lookUp(headers, name);
  if (before === undefined) headers[name] = value;
  else headers[name] = [...[before].flat(), value];
}
