import type { ProviderSettings } from '../../../../src-shared/settings.ts';
import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import { draftProvider } from '../../providers/draft-provider.ts';
import type { ProposalDraft } from '../job-kind.ts';
import type { FoundServer } from './recognise-server.ts';

/** The settings that a found server would get; null: none can be made of it. `taken`: ids that others have. */
export function toServerSettings(server: FoundServer, taken: ReadonlySet<string>): ProviderSettings | null {
  const { origin, catalogue } = server;
  const { port } = new URL(origin);
  const id = freeId(catalogue === 'ollama' ? `ollama-${port}` : (catalogue ?? `local-${port}`), taken);
  if (catalogue === 'ollama') {
    const drafted = draftProvider({ id, name: `Ollama (port ${port})`, kind: 'ollama', baseUrl: origin });
    return drafted.ok ? drafted.provider : null;
  }
  const start = catalogue === null ? { name: `Server on port ${port}` } : { catalogue };
  const drafted = draftProvider({ ...start, id, baseUrl: `${origin}/v1` });
  return drafted.ok ? drafted.provider : null;
}

/** A model server on this machine; nothing is sent to it before the person agrees. */
export function proposeServer(server: FoundServer, provider: ProviderSettings): ProposalDraft {
  const { models, origin } = server;
  return {
    key: `server/${origin}`,
    title: `Use ${provider.name} on this machine`,
    sentence: `${provider.name} runs at ${origin}: its models could answer without anything leaving this machine.`,
    evidence: [
      { label: 'Address', value: origin },
      { label: 'Models', value: models.length === 0 ? 'none loaded' : models.slice(0, 5).join(', ') },
    ],
    changes: addition(provider),
  };
}

/** A provider with a free tier whose key is here. `where`: in which place, without the key. */
export function proposeFreeTier(
  provider: ProviderSettings,
  facts: { entry: CatalogueEntry; where: string; models: number },
): ProposalDraft {
  const { entry, where, models } = facts;
  return {
    key: `free-tier/${entry.id}`,
    title: `Use ${entry.name}`,
    sentence: `There is a key for ${entry.name} in ${where}, it works, and the provider has a free tier: add it, and requests may go there.`,
    evidence: [
      { label: 'Models', value: String(models) },
      { label: 'Key', value: where },
      { label: 'What it does with prompts', value: entry.dataUse ?? 'not known' },
    ],
    changes: addition(provider),
  };
}

/** `providers.ID`, from nothing to its settings: other providers may come and go while the person thinks it over. */
function addition(provider: ProviderSettings): ProposalDraft['changes'] {
  return [{ path: `providers.${provider.id}`, before: null, after: provider }];
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${count}`;
  return id;
}
