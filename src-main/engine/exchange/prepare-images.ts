import type { Endpoint } from '../routing/endpoint.ts';
import { needsImageBytes, type ChatInbound } from './chat-job.ts';
import type { ExchangeContext } from './context.ts';
import type { Caller } from './incoming-call.ts';
import { fetchImages } from './inline-images.ts';
import { isPrivate } from './is-private.ts';
import type { Preparation } from './serve.ts';

/** May images be fetched at all? By the person's permission, and never for a request that must not leave the machine. */
export function mayFetchImages(context: ExchangeContext, caller: Caller, model: string): boolean {
  const settings = context.settings();
  return settings.images.fetchRemote && !isPrivate(settings, caller, model);
}

/**
 * The fetching of images given by their address, when one of the candidates needs the images themselves; null when there
 * is nothing to fetch. Where they cannot be had, the candidates that take addresses remain.
 */
export function prepareImages(
  context: ExchangeContext,
  inbound: ChatInbound,
  candidates: readonly Endpoint[],
): Preparation | null {
  if (inbound.imageAddresses.length === 0) return null;
  const takesAddresses = (endpoint: Endpoint): boolean => {
    const access = context.providers.access(endpoint.providerId);
    return access === null || !needsImageBytes(access);
  };
  const others = candidates.filter(takesAddresses);
  if (others.length === candidates.length) return null;
  return async (signal) => {
    const { maxBodyBytes } = context.settings().gateway;
    const { fetchImage } = context;
    const fetched = await fetchImages(inbound.imageAddresses, { fetchImage, maxBytes: maxBodyBytes, signal });
    if (fetched.ok) {
      inbound.images = fetched.images;
      return { ok: true, candidates, reason: null };
    }
    return others.length === 0
      ? fetched
      : { ok: true, candidates: others, reason: 'an image could not be fetched for the endpoints before this one' };
  };
}
