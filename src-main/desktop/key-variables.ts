import { join } from 'node:path';
import { z } from 'zod';
import { readCatalogue } from '../engine/providers/catalogue.ts';
import { readTextFile } from '../engine/store/private-file.ts';
import { SETTINGS_FILE } from '../engine/store/settings-file.ts';

/** As little of the settings as is needed; the engine reads, checks and repairs them. */
const named = z.object({
  providers: z.array(z.object({ keyVariable: z.string().nullish().catch(null) })).catch([]),
});

/** The environment variables that may hold a provider's key: the catalogue's, and those named in the settings. */
export function readKeyVariables(folder: string): Set<string> {
  const names = new Set<string>();
  for (const { keyVariable } of [...readCatalogue(), ...readProviders(folder)]) {
    if (typeof keyVariable === 'string') names.add(keyVariable);
  }
  return names;
}

function readProviders(folder: string): { keyVariable?: string | null | undefined }[] {
  try {
    return named.parse(JSON.parse(readTextFile(join(folder, SETTINGS_FILE)) ?? '{}')).providers;
  } catch {
    return [];
  }
}
