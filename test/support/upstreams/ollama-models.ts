import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import type { UpstreamModel } from './upstream-model.ts';
import { CREATED_AT } from './wire-format.ts';

/** One entry of `/api/tags`. */
export function printListed(model: UpstreamModel): JsonObject {
  return {
    ...identity(model),
    modified_at: CREATED_AT,
    details: details(model),
    ...(model.capabilities === undefined ? {} : { capabilities: model.capabilities }),
    ...remote(model),
  };
}

/** One entry of `/api/ps`. */
export function printLoaded(model: UpstreamModel): JsonObject {
  return {
    ...identity(model),
    details: details(model),
    expires_at: new Date(Date.parse(CREATED_AT) + 300_000).toISOString(),
    size_vram: model.sizeBytes ?? 1_000_000,
    context_length: model.contextTokens ?? 4096,
  };
}

/** The answer of `/api/show`. */
export function printShown(model: UpstreamModel): JsonObject {
  const family = familyOf(model);
  return {
    modelfile: `FROM ${model.name}\n`,
    parameters: 'temperature 0.7',
    template: '{{ .Prompt }}',
    details: details(model),
    model_info: {
      'general.architecture': family,
      'general.parameter_count': 3_212_749_888,
      [`${family}.context_length`]: model.contextTokens ?? 4096,
      [`${family}.embedding_length`]: model.vectorLength ?? 3072,
    },
    capabilities: model.capabilities ?? ['completion'],
    modified_at: CREATED_AT,
    ...remote(model),
  };
}

function identity(model: UpstreamModel): JsonObject {
  const digest = createHash('sha256').update(model.name).digest('hex');
  return { name: model.name, model: model.name, size: model.sizeBytes ?? 1_000_000, digest };
}

function details(model: UpstreamModel): JsonObject {
  const family = familyOf(model);
  const size = /:(\d+(?:\.\d+)?)b/u.exec(model.name)?.[1] ?? '1';
  return {
    parent_model: '',
    format: 'gguf',
    family,
    families: [family],
    parameter_size: `${size}B`,
    quantization_level: 'Q4_K_M',
  };
}

function familyOf(model: UpstreamModel): string {
  return /^[a-z-]+/u.exec(model.name)?.[0] ?? 'llama';
}

function remote(model: UpstreamModel): JsonObject {
  return model.remoteHost === undefined ? {} : { remote_host: model.remoteHost, remote_model: model.name };
}
