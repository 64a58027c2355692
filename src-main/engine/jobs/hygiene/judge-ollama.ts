import type { FindingDraft } from '../job-kind.ts';
import { holesOf } from '../../providers/ollama-version.ts';

/** An Ollama that requests go to. */
export interface OllamaFacts {
  id: string;
  name: string;
  /** null: it does not say, or does not run. */
  version: string | null;
  /** Addresses of this machine, beyond loopback, at which it answered. */
  answersAt: readonly string[];
}

const UPDATE = 'Update Ollama';

/** What is to be said of Ollamas with known holes, and of those that the whole network can reach. */
export function judgeOllama(options: {
  ollamas: readonly OllamaFacts[];
  /** OLLAMA_HOST tells an Ollama that is started with it to listen on every network. */
  hostVariableOpens: boolean;
}): FindingDraft[] {
  const { ollamas, hostVariableOpens } = options;
  const isReached = ollamas.some(({ answersAt }) => answersAt.length > 0);
  return [
    ...ollamas.flatMap(judgeVersion),
    ...ollamas.flatMap(judgeReach),
    ...(hostVariableOpens && !isReached ? [OPEN_VARIABLE] : []),
  ];
}

function judgeVersion({ id, name, version, answersAt }: OllamaFacts): FindingDraft[] {
  const holes = version === null ? [] : holesOf(version);
  const [worst] = holes;
  if (version === null || worst === undefined) return [];
  const others = holes.length === 1 ? '' : `, and ${holes.length - 1} more`;
  const sentence = `${name} ${version} has a known hole (${worst.cve}${others}) that lets whoever reaches it ${worst.lets}: update it to ${worst.fixedIn} or later.`;
  const severity = answersAt.length > 0 ? 'critical' : 'high';
  return [{ key: `ollama-version/${id}`, severity, sentence, action: { label: UPDATE, view: null, proposalId: null } }];
}

function judgeReach({ id, name, answersAt }: OllamaFacts): FindingDraft[] {
  const [address] = answersAt;
  if (address === undefined) return [];
  return [
    {
      key: `ollama-network/${id}`,
      severity: 'high',
      sentence: `${name} answers at ${address}, so everyone in your network can use it, change its models and read what they hold: it asks nobody for a key.`,
      action: { label: 'Set OLLAMA_HOST to 127.0.0.1 and start Ollama again', view: null, proposalId: null },
    },
  ];
}

const OPEN_VARIABLE: FindingDraft = {
  key: 'ollama-network/variable',
  severity: 'medium',
  sentence:
    'OLLAMA_HOST is set to every address: an Ollama that is started with it answers everyone in your network, without a key.',
  action: { label: 'Set OLLAMA_HOST to 127.0.0.1', view: null, proposalId: null },
};
