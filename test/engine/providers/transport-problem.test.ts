import { describe, expect, test } from 'vitest';
import { toTransportProblem, type TransportProblem } from '../../../src-main/engine/providers/transport-problem.ts';

const KIND_BY_CODE: readonly [string, TransportProblem['kind']][] = [
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['EHOSTDOWN', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['ENETDOWN', 'refused'],
  ['EADDRNOTAVAIL', 'refused'],
  ['EACCES', 'refused'],
  ['EPERM', 'refused'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EAI_NODATA', 'dns'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  ['INVALID_CA', 'tls'],
  ['EPROTO', 'tls'],
  ['HPE_INVALID_CONSTANT', 'garbled'],
  ['HPE_HEADER_OVERFLOW', 'garbled'],
  ['UND_ERR_HEADERS_OVERFLOW', 'garbled'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['constructor', 'reset'],
];

describe('an error of the system or of undici', () => {
  test.each(KIND_BY_CODE)('with the code %s is of the kind %s', (code, kind) => {
    expect(toTransportProblem(withCode(code))).toEqual({ kind, code });
  });

  test('is known by its cause when it has no code itself', () => {
    const error = new TypeError('fetch failed', { cause: withCode('ENOTFOUND') });
    expect(toTransportProblem(error)).toEqual({ kind: 'dns', code: 'ENOTFOUND' });
  });

  test('that sums up the tries of several addresses is known by the first', () => {
    const error = new AggregateError([withCode('EHOSTUNREACH'), withCode('ETIMEDOUT')]);
    expect(toTransportProblem(error)).toEqual({ kind: 'refused', code: 'EHOSTUNREACH' });
  });

  test('without any code is told by its name, never by its text', () => {
    expect(toTransportProblem(new RangeError('https://key@host'))).toEqual({ kind: 'reset', code: 'RangeError' });
    expect(toTransportProblem('https://key@host')).toEqual({ kind: 'reset', code: 'unknown' });
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error(`something with ${code}`), { code });
}
