import { lookUp } from '../protocols/look-up.ts';

/** Why no (whole) response came. `reset` before `onHead` on a kept-alive connection is often only a stale connection. */
export interface TransportProblem {
  kind: 'refused' | 'dns' | 'tls' | 'connect_timeout' | 'reset' | 'garbled';
  /** The system's code, such as ECONNREFUSED; never a URL or a header. */
  code: string;
}

const PROBLEM_BY_CODE: Readonly<Record<string, TransportProblem['kind']>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETUNREACH: 'refused',
  ENETDOWN: 'refused',
  EADDRNOTAVAIL: 'refused',
  EACCES: 'refused',
  EPERM: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  /** A body shorter than announced: the connection broke off. */
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  EPROTO: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  INVALID_CA: 'tls',
  INVALID_PURPOSE: 'tls',
};

/** Sorts Node's and undici's errors. Certificate errors have many codes and are known by their looks. */
export function toTransportProblem(error: unknown): TransportProblem {
  const code = codeOf(error);
  const known = lookUp(PROBLEM_BY_CODE, code);
  if (known !== undefined) return { kind: known, code };
  if (/CERT|SSL|TLS|SIGNATURE|SELF_SIGNED/.test(code)) return { kind: 'tls', code };
  if (code.startsWith('HPE_') || code.includes('MISMATCH') || code.includes('OVERFLOW'))
    return { kind: 'garbled', code };
  return { kind: 'reset', code };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
