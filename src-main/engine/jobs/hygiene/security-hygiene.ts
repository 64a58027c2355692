import { z } from 'zod';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock } from '../../ports.ts';
import { isLoopback } from '../../providers/is-loopback.ts';
import type { Registry } from '../../providers/registry.ts';
import type { requestJson } from '../../providers/request-json.ts';
import type { FindingDraft, JobKind, JobResults, JobWork, UnitOutcome } from '../job-kind.ts';
import { findKeys, findStrayKeys, type KeyParts } from './find-keys.ts';
import { findOllamaReach, opensEveryAddress } from './find-ollama-reach.ts';
import { judgeFiles } from './judge-files.ts';
import { judgeGateway } from './judge-gateway.ts';
import { judgeKeys } from './judge-keys.ts';
import { judgeOllama, type OllamaFacts } from './judge-ollama.ts';
import { readModes } from './read-modes.ts';

export interface HygieneParts extends KeyParts {
  clock: Clock;
  settings: () => Settings;
  registry: Pick<Registry, 'status'>;
  results: JobResults;
  folder: string;
  platform: NodeJS.Platform;
  /** Where the gateway listens now, as it was told to. */
  host: () => string;
  /** Base URLs that this Pointsman itself listens at. */
  ownAddresses: () => readonly string[];
  /** This machine's addresses that others may reach. */
  outwardAddresses: () => readonly string[];
  ask: typeof requestJson;
}

const LOOKS = ['keys', 'gateway', 'files', 'ollama'] as const;
type Look = (typeof LOOKS)[number];

const checkpoint = z.strictObject({
  look: z.enum(LOOKS),
  /** Of this run so far. */
  found: z.int().min(0),
  notes: z.array(z.string()),
});
type Checkpoint = z.infer<typeof checkpoint>;

interface Seen {
  findings: FindingDraft[];
  results?: UnitOutcome<Checkpoint>['results'];
  /** What could not be judged, in a sentence. */
  note?: string;
}

/** Which findings each look settles when it does not see them again, and what it is called while it goes on. */
const ABOUT: Readonly<Record<Look, { prefixes: readonly string[]; doing: string }>> = {
  keys: { prefixes: ['key-'], doing: 'Looking at the age and use of keys' },
  gateway: { prefixes: ['gateway/', 'log/'], doing: 'Looking at settings that open the port' },
  files: { prefixes: ['files/'], doing: 'Looking at who may read the data folder' },
  ollama: { prefixes: ['ollama-'], doing: 'Looking at Ollama’s version and reach' },
};

const SEE: Readonly<Record<Look, (parts: HygieneParts, work: JobWork) => Promise<Seen> | Seen>> = {
  keys: seeKeys,
  gateway: ({ host, settings }) => ({ findings: judgeGateway({ host: host(), settings: settings() }) }),
  files: seeFiles,
  ollama: seeOllama,
};

/** Looks for what makes this machine's models, keys and files easier to abuse than need be. Changes nothing. */
export function createSecurityHygieneJob(parts: HygieneParts): JobKind<Checkpoint> {
  return {
    name: 'security-hygiene',
    title: 'Security check',
    description:
      'Looks at the age of keys, at settings that open the port, at who may read the data folder, and at Ollama’s version and reach.',
    heavy: false,
    checkpoint,
    plan: () => ({ kind: 'begin', checkpoint: { look: LOOKS[0], found: 0, notes: [] }, unitsTotal: LOOKS.length }),
    unit: (at, work) => unit(parts, at, work),
  };
}

async function unit(parts: HygieneParts, at: Checkpoint, work: JobWork): Promise<UnitOutcome<Checkpoint>> {
  const { prefixes, doing } = ABOUT[at.look];
  work.doing(doing);
  const { findings, results = [], note } = await SEE[at.look](parts, work);
  work.signal.throwIfAborted();
  const found = at.found + findings.length;
  const notes = note === undefined ? at.notes : [...at.notes, note];
  const coming = LOOKS[LOOKS.indexOf(at.look) + 1];
  const common = { unitsTotal: LOOKS.length, findings, results, resolves: { keyPrefixes: prefixes } };
  if (coming === undefined) return { ...common, next: null, found: toSentence(found, notes) };
  return { ...common, next: { look: coming, found, notes }, doing: ABOUT[coming].doing };
}

async function seeKeys(parts: HygieneParts, work: JobWork): Promise<Seen> {
  const nowMs = parts.clock.nowMs();
  const { providers, background } = parts.settings();
  const former = z.array(z.string()).catch([]).parse(parts.results.read('security-hygiene', FORMER));
  const keys = await findKeys(parts, { providers, nowMs, breathe: () => work.breathe() });
  const strays = findStrayKeys(parts, { providers, former });
  const ids = [...new Set([...former, ...providers.map(({ id }) => id)])].sort();
  return {
    findings: judgeKeys({ keys, strays, keyDays: background.keyDays, nowMs }),
    results: [{ key: FORMER, value: ids, requestId: null }],
  };
}

/** Ids of all providers that were ever set up, as far as a run has seen them. */
const FORMER = 'providers';

async function seeFiles({ folder, platform }: HygieneParts): Promise<Seen> {
  if (platform === 'win32') {
    return { findings: [], note: 'Who may read the data folder was not judged: on Windows your profile’s rules hold.' };
  }
  return { findings: judgeFiles(await readModes(folder)) };
}

async function seeOllama(parts: HygieneParts, work: JobWork): Promise<Seen> {
  const ollamas: OllamaFacts[] = [];
  for (const { id, name, kind, track, enabled, version, baseUrl } of parts.registry.status()) {
    if (kind !== 'ollama' || track !== 'local' || !enabled) continue;
    ollamas.push({ id, name, version, answersAt: await reachOf(parts, baseUrl, work.signal) });
  }
  const hostVariableOpens = opensEveryAddress(parts.secrets.environment.OLLAMA_HOST);
  return { findings: judgeOllama({ ollamas, hostVariableOpens }) };
}

/** Only an Ollama of this machine is looked for, and never where Pointsman itself would answer in its place. */
async function reachOf(parts: HygieneParts, baseUrl: string, signal: AbortSignal): Promise<string[]> {
  const { clock, ask, outwardAddresses, ownAddresses } = parts;
  const { hostname, port, protocol } = new URL(baseUrl);
  const addresses = outwardAddresses();
  const isHere = isLoopback(hostname) || addresses.includes(hostname.replace(/^\[|\]$/g, ''));
  const isOurs = ownAddresses().some((each) => new URL(each).port === port);
  if (!isHere || isOurs || protocol !== 'http:') return [];
  return findOllamaReach({ clock, ask, addresses, port: port === '' ? '80' : port, signal });
}

function toSentence(found: number, notes: readonly string[]): string {
  const matters =
    found === 0 ? 'Nothing to mend.' : found === 1 ? 'One thing to look at.' : `${found} things to look at.`;
  return [matters, ...notes].join(' ');
}
