import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Http1Garbled, Http1ResponseParser } from '../../../src-main/engine/providers/http1-response-parser.ts';
import type { UpstreamHeaders } from '../../../src-main/engine/providers/upstream-call.ts';

interface Response {
  method: string;
  /** As it goes over the wire. */
  bytes: Buffer;
  told: Told;
}

/** What was told of a response. */
interface Told {
  status: number | null;
  headers: UpstreamHeaders;
  body: string;
  /** null: not ended. */
  reusable: boolean | null;
}

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,12}$/);
const fieldValue = fc.stringMatching(/^[!-~\x80-\xff]([\t -~\x80-\xff]{0,30}[!-~\x80-\xff])?$/u);
const FRAMING = ['content-length', 'transfer-encoding', 'connection'];
const fields = fc
  .array(fc.tuple(token, fieldValue), { maxLength: 6 })
  .map((pairs) => pairs.filter(([name]) => !FRAMING.includes(name.toLowerCase()) && name !== '__proto__'));
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.0');
const interim = fc.array(
  fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  { maxLength: 2 },
);
const status = fc.integer({ min: 200, max: 599 }).filter((number) => number !== 204 && number !== 304);
const reason = fc.constantFrom('', ' ', ' OK', ' Not so good');

/** Chunks with extensions between them and trailers behind. */
const chunks = fc.record({
  pieces: fc.array(
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.constantFrom('', ';a', ' ; name="v"', '  ')),
    { maxLength: 6 },
  ),
  trailers: fc.constantFrom('', 'x-sum: 1\r\n', 'a: b\r\nc: d\r\n'),
  upperCase: fc.boolean(),
});

const sized = fc.tuple(body, status).map(([bytes, code]) => ({
  method: 'POST',
  code,
  framing: [['Content-Length', String(bytes.length)]] as [string, string][],
  wire: bytes,
  body: bytes,
  endsWithConnection: false,
}));
const chunked = fc.tuple(chunks, status).map(([{ pieces, trailers, upperCase }, code]) => ({
  method: 'POST',
  code,
  framing: [['Transfer-Encoding', 'Chunked']] as [string, string][],
  wire: Buffer.concat([
    ...pieces.map(([bytes, extension]) => {
      const size = bytes.length.toString(16);
      return Buffer.concat([Buffer.from(`${upperCase ? size.toUpperCase() : size}${extension}\r\n`), bytes, crlf]);
    }),
    Buffer.from(`0\r\n${trailers}\r\n`),
  ]),
  body: Buffer.concat(pieces.map(([bytes]) => bytes)),
  endsWithConnection: false,
}));
const untilClose = fc.tuple(body, status).map(([bytes, code]) => ({
  method: 'POST',
  code,
  framing: [] as [string, string][],
  wire: bytes,
  body: bytes,
  endsWithConnection: true,
}));
const bodiless = fc
  .tuple(fc.constantFrom<[string, number]>(['POST', 204], ['GET', 304], ['HEAD', 200]), fc.boolean())
  .map(([[method, code], told]) => ({
    method,
    code,
    framing: told ? [['content-length', '17']] : [],
    wire: Buffer.alloc(0),
    body: Buffer.alloc(0),
    endsWithConnection: false,
  }));
const crlf = Buffer.from('\r\n');

const response: fc.Arbitrary<Response> = fc
  .tuple(fc.oneof(sized, chunked, untilClose, bodiless), interim, version, reason, fields, fc.boolean())
  .map(([message, before, protocol, phrase, given, closes]) => {
    const all = [...given, ...message.framing, ...(closes ? ([['Connection', 'close']] as const) : [])];
    const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const head = `${before.join('')}${protocol} ${message.code}${phrase}\r\n${lines}\r\n`;
    const headers: UpstreamHeaders = {};
    for (const [name, value] of all) {
      const key = name.toLowerCase();
      const earlier = Object.hasOwn(headers, key) ? headers[key] : undefined;
      headers[key] = earlier === undefined ? value : [...[earlier].flat(), value];
    }
    const reusable = !closes && !message.endsWithConnection && protocol === 'HTTP/1.1';
    return {
      method: message.method,
      bytes: Buffer.concat([Buffer.from(head, 'latin1'), message.wire]),
      told: { status: message.code, headers, body: message.body.toString('hex'), reusable },
    };
  });

describe('a valid response', () => {
  it('is told the same wherever its bytes are cut', () => {
    fc.assert(
      fc.property(response, fc.array(fc.nat(), { maxLength: 12 }), ({ method, bytes, told }, cuts) => {
        expect(read(method, cut(bytes, cuts))).toEqual(told);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is told the same byte by byte', () => {
    fc.assert(
      fc.property(response, ({ method, bytes, told }) => {
        const single = [...bytes].map((byte) => Buffer.from([byte]));
        expect(read(method, single)).toEqual(told);
      }),
    );
  });

  it('that stops anywhere before its end is not told as whole', () => {
    const framed = fc.oneof(sized, chunked).chain(() => response.filter(({ told }) => told.reusable === true));
    fc.assert(
      fc.property(framed, fc.nat(), ({ method, bytes }, at) => {
        expect(read(method, [bytes.subarray(0, at % bytes.length)]).reusable).toBeNull();
      }),
    );
  });

  it('keeps headers apart whose names every object inherits', () => {
    const { headers } = read('POST', [
      Buffer.from('HTTP/1.1 200 OK\r\nconstructor: a\r\ntoString: b\r\ntostring: c\r\ncontent-length: 0\r\n\r\n'),
    ]);
    expect(headers).toEqual({ constructor: 'a', tostring: ['b', 'c'], 'content-length': '0' });
  });
});

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

const MALFORMED: readonly [string, string, string][] = [
  ['both length and chunked', `${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 'framing'],
  ['another transfer coding', `${OK}transfer-encoding: gzip, chunked\r\n\r\n`, 'framing'],
  [
    'transfer codings in two headers',
    `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`,
    'framing',
  ],
  ['two lengths', `${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`, 'content_length'],
  ['two equal lengths in one header', `${OK}content-length: 3, 3\r\n\r\nabc`, 'content_length'],
  ['a negative length', `${OK}content-length: -3\r\n\r\nabc`, 'content_length'],
  ['a signed length', `${OK}content-length: +3\r\n\r\nabc`, 'content_length'],
  ['a length in hexadecimal', `${OK}content-length: 0x3\r\n\r\nabc`, 'content_length'],
  ['an empty length', `${OK}content-length:\r\n\r\nabc`, 'content_length'],
  ['a length beyond all numbers', `${OK}content-length: 99999999999999999999\r\n\r\n`, 'content_length'],
  ['a chunk size that is no number', `${CHUNKED}xyz\r\n`, 'chunk_size'],
  ['a negative chunk size', `${CHUNKED}-1\r\n`, 'chunk_size'],
  ['a chunk size with a prefix', `${CHUNKED}0x5\r\nhello\r\n`, 'chunk_size'],
  ['an empty chunk size', `${CHUNKED}\r\n`, 'chunk_size'],
  ['a bare line end in a chunk extension', `${CHUNKED}5;a\nb\r\nhello\r\n`, 'chunk_size'],
  ['a chunk that is longer than its size', `${CHUNKED}3\r\nhello\r\n`, 'chunk_end'],
  ['a chunk line without end', `${CHUNKED}5;${'a'.repeat(5_000)}`, 'line_too_long'],
  ['a chunk line of absurd length', `${CHUNKED}5;${'a'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`, 'line_too_long'],
  ['bytes behind a body with length', `${OK}content-length: 3\r\n\r\nabcd`, 'bytes_behind_end'],
  ['bytes behind the last chunk', `${CHUNKED}0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`, 'bytes_behind_end'],
  ['a body where there is none', `HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nab`, 'bytes_behind_end'],
  ['a head without end', `${OK}a: ${'b'.repeat(70_000)}`, 'head_too_long'],
  ['a head of absurd length', `${OK}a: ${'b'.repeat(70_000)}\r\n\r\n`, 'head_too_long'],
  ['a header without colon', `${OK}content-length 3\r\n\r\nabc`, 'header'],
  ['a header without name', `${OK}: 3\r\n\r\nabc`, 'header'],
  ['a space before the colon', `${OK}content-length : 3\r\n\r\nabc`, 'header'],
  ['a folded header', `${OK}a: b\r\n c: d\r\n\r\n`, 'header'],
  ['a folded header with a tab', `${OK}a: b\r\n\tcontinued\r\n\r\n`, 'header'],
  ['a bare line end in a header', `${OK}a: b\nc: d\r\n\r\n`, 'header'],
  ['a bare carriage return in a header', `${OK}a: b\rc: d\r\n\r\n`, 'header'],
  ['a zero byte in a header', `${OK}a: b\0c\r\n\r\n`, 'header'],
  ['a bare line end in the status line', `HTTP/1.1 200 OK\na: b\r\n\r\n`, 'status_line'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'status_line'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'status_line'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n', 'status_line'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n', 'status_line'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n', 'status_line'],
  ['a request', 'GET / HTTP/1.1\r\n\r\n', 'status_line'],
  ['a line end first', `\r\n${OK}\r\n`, 'status_line'],
];

describe('a response is refused that has', () => {
  test.each(MALFORMED)('%s', (_name, text, code) => {
    expect(codeOf([Buffer.from(text, 'latin1')])).toBe(code);
    expect(codeOf([...Buffer.from(text, 'latin1')].map((byte) => Buffer.from([byte])))).toBe(code);
  });
});

function codeOf(pieces: readonly Buffer[]): string | null {
  try {
    read('POST', pieces);
    return null;
  } catch (error) {
    if (error instanceof Http1Garbled) return error.code;
    throw error;
  }
}

/** Reads to the end of the connection. */
function read(method: string, pieces: readonly Buffer[]): Told {
  const told: Told = { status: null, headers: {}, body: '', reusable: null };
  const parser = new Http1ResponseParser(method, {
    onHead(code, headers) {
      expect(told.status).toBeNull();
      told.status = code;
      told.headers = headers;
    },
    onBody(bytes) {
      expect(told.reusable).toBeNull();
      told.body += Buffer.from(bytes).toString('hex');
    },
    onEnd(reusable) {
      expect(told.reusable).toBeNull();
      told.reusable = reusable;
    },
  });
  for (const piece of pieces) parser.push(piece);
  const wasWhole = parser.close();
  expect(wasWhole).toBe(told.reusable !== null);
  return told;
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const marks = [...new Set(at.map((position) => position % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...marks, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index] ?? 0, end));
}
