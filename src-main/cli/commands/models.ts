import type { ModelStatus } from '../../../src-shared/control.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';

const GB = 1e9;
const MB = 1e6;

/** `pointsman models` */
export async function listModels(options: { json?: boolean }): Promise<void> {
  const { models } = await ControlClient.open().call('models.list', {});
  if (options.json === true) {
    console.log(JSON.stringify(models, null, 2));
    return;
  }
  if (models.length === 0) {
    console.log('No models yet: start Ollama and pull one, or add a provider with "pointsman providers add".');
    return;
  }
  printTable(
    ['MODEL', 'TRACK', '>CONTEXT', '>SIZE', 'CAN', '>$/M IN', '>$/M OUT', 'STATE'],
    models.map((model) => [
      model.id,
      model.track,
      tokens(model.contextTokens),
      size(model.sizeBytes),
      abilities(model.capabilities),
      price(model.inputUsdPerMillion),
      price(model.outputUsdPerMillion),
      state(model),
    ]),
  );
}

function abilities(capabilities: Readonly<Record<string, boolean | null>>): string {
  const names = Object.entries(capabilities).flatMap(([name, able]) => (able === true ? [WORDS[name] ?? name] : []));
  return names.length === 0 ? '?' : names.join(' ');
}

const WORDS: Readonly<Record<string, string>> = { jsonSchema: 'json' };

/** 131072 as 128k, 200000 as 200k. */
function tokens(count: number | null): string {
  if (count === null) return '?';
  return count < 1000 ? String(count) : `${Math.round(count / (count % 1024 === 0 ? 1024 : 1000))}k`;
}

/** In decimal units, as Ollama shows it; nothing for models that take no room here. */
function size(bytes: number | null): string {
  if (bytes === null) return '';
  return bytes < GB ? `${Math.ceil(bytes / MB)} MB` : `${(bytes / GB).toFixed(1)} GB`;
}

const STATES: Readonly<Record<ModelStatus['circuit'], string>> = {
  closed: 'ready',
  open: 'paused after failures',
  half_open: 'being tried again',
};

function state({ circuit, loaded }: ModelStatus): string {
  return loaded === true ? `${STATES[circuit]}, in memory` : STATES[circuit];
}

function price(usdPerMillion: number | null): string {
  return usdPerMillion === null ? '?' : String(usdPerMillion);
}
