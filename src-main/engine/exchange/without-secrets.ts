import type { Failure } from '../protocols/failure.ts';

const HIDDEN = '[key]';

/**
 * Servers repeat keys in their complaints ("Incorrect API key provided: sk-…"), and complaints travel on to apps, which
 * are not to know the key. `authHeaders`: names and values in turn, as they were sent.
 */
export function withoutSecrets(text: string, authHeaders: readonly string[]): string {
  let clean = text;
  for (let at = 1; at < authHeaders.length; at += 2) {
    const secret = authHeaders[at]?.replace(/^Bearer /i, '') ?? '';
    if (secret !== '') clean = clean.replaceAll(secret, HIDDEN);
  }
  return clean;
}

/** The same for all words of a failure, the upstream's own body included. */
export function failureWithoutSecrets(failure: Failure, authHeaders: readonly string[]): Failure {
  const { message, upstreamBody } = failure;
  const clean: Failure = { ...failure, message: withoutSecrets(message, authHeaders) };
  if (upstreamBody === undefined) return clean;
  const text = JSON.stringify(upstreamBody);
  const cleanText = withoutSecrets(text, authHeaders);
  if (cleanText !== text) clean.upstreamBody = JSON.parse(cleanText) as typeof upstreamBody;
  return clean;
}
