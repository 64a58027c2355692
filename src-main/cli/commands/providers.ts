import { providerKind, track } from '../../../src-shared/catalogue.ts';
import type { AddProvider, ProviderStatus, ProviderTest } from '../../../src-shared/control.ts';
import { findCatalogueEntry, readCatalogue } from '../../engine/providers/catalogue.ts';
import { ControlClient } from '../control-client.ts';
import { printTable } from '../print-table.ts';
import { readSecret } from '../read-secret.ts';
import { CommandError } from '../run-command.ts';

interface Output {
  json?: boolean;
}

/** `pointsman providers` */
export async function listProviders(options: Output): Promise<void> {
  const { providers } = await ControlClient.open().call('providers.list', {});
  if (options.json === true) {
    console.log(JSON.stringify(providers, null, 2));
    return;
  }
  printTable(
    ['PROVIDER', 'KIND', 'TRACK', 'KEY', 'STATE', '>MODELS', 'WHAT IS KNOWN'],
    providers.map((each) => [
      each.id,
      each.kind,
      each.track,
      each.key,
      each.state,
      String(each.modelCount),
      each.sentence,
    ]),
  );
}

/** `pointsman providers catalogue` */
export async function showCatalogue(options: Output): Promise<void> {
  const entries = await Promise.resolve(readCatalogue());
  if (options.json === true) {
    console.log(JSON.stringify(entries, null, 2));
    return;
  }
  printTable(
    ['NAME', 'PROVIDER', 'TRACK', 'FREE TIER', 'KEY FROM'],
    entries.map((entry) => [
      entry.id,
      entry.name,
      entry.track,
      entry.track === 'local' ? 'runs here' : entry.freeTier,
      entry.signUpUrl ?? '',
    ]),
  );
}

interface AddOptions extends Output {
  id?: string;
  url?: string;
  /** Both are one of the words that exist: the command line refuses others. */
  kind?: string;
  track?: string;
  keyVariable?: string;
  set?: string[];
  key: boolean;
}

/** `pointsman providers add` */
export async function addProvider(name: string, options: AddOptions): Promise<void> {
  const client = ControlClient.open();
  const isKnown = options.url === undefined || findCatalogueEntry(name) !== null;
  const input: AddProvider = isKnown ? { catalogue: name } : { id: name, name };
  if (options.id !== undefined) input.id = options.id;
  if (options.url !== undefined) input.baseUrl = options.url;
  if (options.kind !== undefined) input.kind = providerKind.parse(options.kind);
  if (options.track !== undefined) input.track = track.parse(options.track);
  if (options.set !== undefined) input.placeholders = toPairs(options.set);
  if (options.keyVariable !== undefined) input.keyVariable = options.keyVariable;
  else if (options.key && needsKey(name, options.url)) input.key = await readSecret(`Key for ${name}: `, NO_KEY_ADVICE);
  const added = await client.call('providers.add', input);
  const test = await client.call('providers.test', { id: added.id });
  if (options.json === true) console.log(JSON.stringify({ provider: added, test }, null, 2));
  else console.log(describeAdded(added, test));
  if (!test.ok) process.exitCode = 1;
}

const NO_KEY_ADVICE = '\nIf it needs none, say --no-key.';

function describeAdded({ id, name }: ProviderStatus, { ok, problem, sentence }: ProviderTest): string {
  if (ok) return `Added ${name}. ${sentence}\nIts models are called ${id}/…; "pointsman models" lists them.`;
  const remedy = REMEDIES[problem];
  const advice = remedy === undefined ? '' : `\nTo correct it: ${remedy(id)}`;
  return `Added ${name}, but it does not work yet. ${sentence}${advice}`;
}

const REMEDIES: Partial<Record<ProviderTest['problem'], (id: string) => string>> = {
  key: (id) => `pointsman providers key ${id}`,
  address: (id) => `pointsman providers remove ${id}, then add it with another --url`,
  protocol: (id) => `pointsman providers remove ${id}, then add it with another --url or --kind`,
};

/** `pointsman providers test` */
export async function testProvider(id: string, options: Output): Promise<void> {
  report(await ControlClient.open().call('providers.test', { id }), options);
}

/** `pointsman providers key` */
export async function setKey(id: string, options: Output): Promise<void> {
  const client = ControlClient.open();
  const key = await readSecret(`New key for ${id}: `);
  report(await client.call('providers.setKey', { id, key }), options);
}

/** `pointsman providers rotate` */
export async function rotateKey(id: string, options: Output): Promise<void> {
  const client = ControlClient.open();
  const key = await readSecret(`New key for ${id}: `);
  report(await client.call('providers.rotateKey', { id, key }), options);
}

/** `pointsman providers remove` */
export async function removeProvider(id: string, options: Output): Promise<void> {
  await ControlClient.open().call('providers.remove', { id });
  console.log(options.json === true ? JSON.stringify({ removed: id }) : `${id} was removed and its key forgotten.`);
}

function report(test: ProviderTest, options: Output): void {
  console.log(options.json === true ? JSON.stringify(test, null, 2) : test.sentence);
  if (!test.ok) process.exitCode = 1;
}

function needsKey(name: string, url: string | undefined): boolean {
  const entry = findCatalogueEntry(name);
  return entry === null ? url !== undefined : entry.auth !== 'none';
}

function toPairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw new CommandError(`--set takes NAME=VALUE, not "${text}".`, 2);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
