import type { SetupView } from '../../../src-shared/house.ts';

export type OllamaSeen = Omit<SetupView['ollama'], 'sentence'>;

/** How it is started where it is installed, and how it is installed, by the makers' own instructions. */
const STEPS: Partial<Record<NodeJS.Platform, string>> = {
  darwin:
    'If it is installed, open the Ollama app. If not, get it from https://ollama.com/download, or run: brew install --cask ollama-app',
  win32:
    'If it is installed, open Ollama from the Start menu. If not, get it from https://ollama.com/download, or run: winget install Ollama.Ollama',
  linux:
    'If it is installed, run: sudo systemctl start ollama (or: ollama serve). If not, run: curl -fsSL https://ollama.com/install.sh | sh',
};
const ELSEWHERE = 'Get Ollama from https://ollama.com/download and run: ollama serve';
const FIRST_MODEL = 'ollama pull llama3.2';

/** What was seen of Ollama with a sentence for the person: how it is, and what to do when models are wanted. */
export function describeOllama(seen: OllamaSeen, platform: NodeJS.Platform): SetupView['ollama'] {
  return { ...seen, sentence: sentenceFor(seen, platform) };
}

function sentenceFor({ state, baseUrl, version, models }: OllamaSeen, platform: NodeJS.Platform): string {
  switch (state) {
    case 'switched_off':
      return 'Ollama is switched off here. Switch on ollama.enabled in the settings to use its models.';
    case 'running': {
      const name = version === null ? 'Ollama' : `Ollama ${version}`;
      if (models.length === 0) return `${name} runs, but has no model yet. To get a first one, run: ${FIRST_MODEL}`;
      return `${name} runs and has ${models.length === 1 ? 'one model' : `${models.length} models`}.`;
    }
    case 'not_running':
      return isThisMachine(baseUrl)
        ? `Ollama does not answer at ${baseUrl}. ${STEPS[platform] ?? ELSEWHERE}`
        : `Ollama does not answer at ${baseUrl}. Is that machine on, and does its Ollama listen to others (OLLAMA_HOST=0.0.0.0)?`;
  }
}

function isThisMachine(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
