export type OperatingSystem = 'mac' | 'windows' | 'linux';
export type GuideGroup = 'chat' | 'coding' | 'everyday' | 'building';

/** What a set-up is made for. */
export interface Connection {
  /** Base URL without a slash at its end; for Anthropic's and Ollama's protocols. */
  address: string;
  /** The same for OpenAI's protocol. */
  openai: string;
  /** A key of ours, or a placeholder where any will do. */
  key: string;
  model: string;
  system: OperatingSystem;
}

export interface GuideStep {
  /** What to do, in a sentence. */
  text: string;
  /** The file that the code belongs to, where there is one. */
  file?: string | Readonly<Record<OperatingSystem, string>>;
  /** To be copied. */
  code?: (connection: Connection) => string;
}

/** How one client is connected, as of the page (or test) and date that stand above it. */
export interface Guide {
  id: string;
  name: string;
  group: GuideGroup;
  steps: readonly GuideStep[];
  /** What does not work, or what to know before. */
  notes?: readonly string[];
}

/** Lines that set environment variables in the system's usual shell. */
export function setVariables(system: OperatingSystem, variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables);
  if (system === 'windows') return lines.map(([name, value]) => `$env:${name} = "${value}"`).join('\n');
  return lines.map(([name, value]) => `export ${name}="${value}"`).join('\n');
}

/** For servers that run in a container. */
export const DOCKER_NOTE =
  'In Docker, 127.0.0.1 is the container itself: write host.docker.internal instead, and add that name to gateway.allowedHosts under Settings. On Linux the engine must also listen beyond this machine (gateway.host); require keys then.';
