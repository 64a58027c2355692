import type { CatalogueEntry, ProviderKind } from '../../../src-shared/catalogue.ts';
import type { OperationInput } from '../../../src-shared/operations.ts';

/** What is typed in of a provider that is not there yet; empty texts mean: not said. */
export interface Draft {
  /** null: a server that is in no catalogue. */
  entry: CatalogueEntry | null;
  key: string;
  baseUrl: string;
  name: string;
  kind: ProviderKind;
  track: 'local' | 'cloud' | '';
  models: string;
  placeholders: Record<string, string>;
}

export function emptyDraft(entry: CatalogueEntry | null): Draft {
  const names = entry === null ? [] : placeholdersOf(entry.baseUrl);
  return {
    entry,
    key: '',
    baseUrl: '',
    name: '',
    kind: entry?.kind ?? 'openai',
    track: '',
    models: '',
    placeholders: Object.fromEntries(names.map((name) => [name, ''])),
  };
}

/** As the engine takes it. */
export function toAddProvider(draft: Draft): OperationInput<'providers.add'> {
  const { entry, placeholders } = draft;
  const [key, baseUrl, name] = [draft.key.trim(), draft.baseUrl.trim(), draft.name.trim()];
  const models = draft.models.split('\n').map((line) => line.trim());
  const named = models.filter((model) => model !== '');
  return {
    ...(entry === null ? { kind: draft.kind, baseUrl } : { catalogue: entry.id }),
    ...(entry === null && draft.track !== '' ? { track: draft.track } : {}),
    ...(key === '' ? {} : { key }),
    ...(name === '' ? {} : { name, id: toId(name) }),
    ...(named.length === 0 ? {} : { models: named }),
    ...(Object.keys(placeholders).length === 0 ? {} : { placeholders }),
  };
}

/** `{account}` in an address is something that only the person knows. */
export function placeholdersOf(baseUrl: string): string[] {
  return [...baseUrl.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
}

function toId(name: string): string {
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return id.replace(/^-+|-+$/g, '');
}
