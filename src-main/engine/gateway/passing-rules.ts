import type { Caller } from '../exchange/incoming-call.ts';
import { isPrivate } from '../exchange/is-private.ts';
import type { Failure } from '../protocols/failure.ts';
import { lookUp } from '../protocols/look-up.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { GatewayCall } from './call.ts';
import type { GatewayServices } from './services.ts';

/** The rules of privacy, apps and budgets for a call that nobody here understands; null: it may go. */
export function whyNotPassed(
  services: GatewayServices,
  caller: Caller,
  to: { model: string | null; endpoint: Endpoint | undefined; isLocal: boolean },
): Failure | null {
  const { model, endpoint, isLocal } = to;
  const models = caller.app?.models ?? null;
  const isListed = models === null || models.some((name) => name === model || name === endpoint?.id);
  if (!isListed) return { code: 'forbidden', message: `The app ${caller.name ?? ''} may not use ${model ?? 'this'}.` };
  const track = isLocal ? 'local' : 'cloud';
  const { pins, app } = caller;
  if (pins.track !== undefined && pins.track !== track) {
    const message = `This request is pinned to the ${pins.track} track, and ${model ?? 'this call'} is on the ${track} one.`;
    return { code: 'forbidden', message };
  }
  if (isLocal) {
    const mayBeHere = app?.tracks?.includes('local') ?? true;
    return mayBeHere ? null : { code: 'forbidden', message: `The app ${app?.name ?? ''} may not use the local track.` };
  }
  // A name whose substitute is private stays here on every path, also where substitutes are not understood.
  const { substitutions } = services.context.settings().models;
  const substitute = model === null ? undefined : lookUp(substitutions, model);
  if (staysHere(services, caller, model) || staysHere(services, caller, substitute ?? null)) {
    const message = `${model ?? 'This model'} runs in the cloud, and this request must stay on the machine.`;
    return { code: 'forbidden', message };
  }
  const call = { appId: caller.app?.id ?? null, providerId: endpoint?.providerId ?? '', costCeilingNanoUsd: null };
  const broke = services.budgets.whyRefused(call);
  return broke === null ? null : { code: 'forbidden', message: broke };
}

/** What Ollama does on this machine with what is on it, and fetching models: nothing of the person's leaves with these. */
const STAYS_HERE = /^\/api\/(pull|create|copy|delete|show|blobs\/.*|tags|ps|version|status)$/;

/** Must nothing of this call reach the cloud? An app without the cloud track is as closed to it as a private request. */
export function staysHere(services: GatewayServices, caller: Caller, model: string | null): boolean {
  const tracks = caller.app?.tracks ?? null;
  return isPrivate(services.context.settings(), caller, model) || (tracks !== null && !tracks.includes('cloud'));
}

/** Why this call of Ollama's own API must not be passed on; null: it may. */
export function whyNotToOllama(services: GatewayServices, call: GatewayCall, caller: Caller): Failure | null {
  const type = call.request.headers['content-type'];
  if (isFormType(type)) return wrongType(type);
  const isOpen = STAYS_HERE.test(call.path) || !staysHere(services, caller, null);
  return isOpen ? null : notWhilePrivate(call);
}

/** The types that any web page may send anywhere without asking first (CORS): no program needs them here. */
export function isFormType(type: string | undefined): type is string {
  return type !== undefined && /^\s*(text\/plain|application\/x-www-form-urlencoded)/i.test(type);
}

export function wrongType(type: string): Failure {
  const message = `The content-type is ${type}: send the header "content-type: application/json".`;
  return { code: 'unsupported_media_type', message };
}

export function notWhilePrivate({ method, path }: GatewayCall): Failure {
  const message = `${method} ${path} may leave this machine, and this call must not: "local only" is on (privacy.localOnly in the settings), or the call or its app is private.`;
  return { code: 'forbidden', message };
}
