import type { JsonObject } from '../engine/protocols/json.ts';
import { hashText } from './seeded-random.ts';
import type { SimulatedModel } from './simulated-model.ts';

/** Sorts below every real version of Ollama and says what it is. */
export const SIMULATED_VERSION = '0.0.0-simulated';

const MODIFIED_AT = '2026-01-01T00:00:00Z';
const FAMILY = 'simulated';

/** One entry of `/api/tags`. */
export function printListed(model: SimulatedModel): JsonObject {
  return { ...identity(model), modified_at: MODIFIED_AT, capabilities: capabilitiesOf(model) };
}

/** One entry of `/api/ps`. */
export function printLoaded(model: SimulatedModel, expiresAtMs: number): JsonObject {
  const expires_at = new Date(expiresAtMs).toISOString();
  return { ...identity(model), expires_at, size_vram: model.sizeBytes, context_length: model.contextTokens };
}

/** The answer of `/api/show`. */
export function printShown(model: SimulatedModel): JsonObject {
  return {
    license: 'Simulated: there are no weights.',
    modelfile: '# simulated',
    parameters: '',
    template: '{{ .Prompt }}',
    details: detailsOf(model),
    model_info: { 'general.architecture': FAMILY, [`${FAMILY}.context_length`]: model.contextTokens },
    capabilities: capabilitiesOf(model),
    modified_at: MODIFIED_AT,
  };
}

function identity(model: SimulatedModel): JsonObject {
  const digest = model.digest ?? hashText(model.name).toString(16).padStart(8, '0').repeat(8);
  return { name: model.name, model: model.name, size: model.sizeBytes, digest, details: detailsOf(model) };
}

function detailsOf(model: SimulatedModel): JsonObject {
  return {
    parent_model: '',
    format: 'simulated',
    family: FAMILY,
    families: [FAMILY],
    parameter_size: model.parameters,
    quantization_level: 'none',
  };
}

function capabilitiesOf(model: SimulatedModel): string[] {
  if (model.kind === 'embedding') return ['embedding'];
  return ['completion', 'tools', ...(model.thinks ? ['thinking'] : [])];
}
