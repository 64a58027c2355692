import { z } from 'zod';
import { modelStatus } from '../../../src-shared/control.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';

const GIB = 2 ** 30;

/** `pointsman models` */
export async function listModels(options: { json?: boolean }): Promise<void> {
  const schema = z.object({ models: z.array(modelStatus) });
  const { models } = await ControlClient.open().call('GET', '/control/v1/models', schema);
  if (options.json === true) {
    console.log(JSON.stringify(models, null, 2));
    return;
  }
  if (models.length === 0) {
    console.log('No models yet: start Ollama and pull one, or add a provider with "pointsman providers add".');
    return;
  }
  printTable(
    ['MODEL', 'TRACK', '>CONTEXT', '>SIZE', 'CAN', '>$/M IN', '>$/M OUT', 'CIRCUIT'],
    models.map((model) => [
      model.id,
      model.loaded === true ? `${model.track} (loaded)` : model.track,
      model.contextTokens === null ? '?' : String(model.contextTokens),
      model.sizeBytes === null ? '' : `${(model.sizeBytes / GIB).toFixed(1)} GB`,
      abilities(model.capabilities),
      price(model.inputUsdPerMillion),
      price(model.outputUsdPerMillion),
      model.circuit,
    ]),
  );
}

function abilities(capabilities: Readonly<Record<string, boolean | null>>): string {
  return Object.entries(capabilities)
    .flatMap(([name, able]) => (able === true ? [name] : []))
    .join(' ');
}

function price(usdPerMillion: number | null): string {
  return usdPerMillion === null ? '?' : String(usdPerMillion);
}
