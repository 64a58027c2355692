import type { AddProvider, ProviderTest } from '../../../src-shared/control.ts';
import type { ProviderSettings, Settings } from '../../../src-shared/settings.ts';
import type { Clock } from '../ports.ts';
import { entryOfBaseUrl } from './catalogue.ts';
import { draftProvider, NO_KEY } from './draft-provider.ts';
import { toProvider } from './provider.ts';
import { OLLAMA_ID, type Registry } from './registry.ts';
import { resolveSecret, usableKey, type SecretSources } from './secret-resolver.ts';
import { testKey, testProvider } from './test-provider.ts';

export interface ProviderManagerOptions {
  settings: () => Settings;
  /** Writes the settings file and makes the engine follow it. */
  saveSettings: (settings: Settings) => Promise<void>;
  secrets: SecretSources;
  registry: Pick<Registry, 'provider' | 'clearCredential' | 'credentialChanged'>;
  clock: Clock;
}

/** `sentence` says what is wrong and what to do. */
export type Managed<Value> = { ok: true; value: Value } | { ok: false; sentence: string };

export interface ProviderManager {
  addProvider(input: AddProvider): Promise<Managed<ProviderSettings>>;
  /** Takes the provider out of the settings and forgets its key. */
  removeProvider(id: string): Promise<Managed<null>>;
  /** Replaces a provider's stored key, which from then on outranks its environment variable; null forgets it. */
  setKey(id: string, key: string | null): Promise<Managed<null>>;
  /**
   * Tests a new key and, only when it is proven to be right, puts it in place of the stored one. A key that stands in the
   * environment is not ours to replace: the sentence says what to do.
   */
  rotateKey(id: string, key: string): Promise<Managed<ProviderTest>>;
  /** Switches a provider on or off; its settings and key stay. */
  setEnabled(id: string, enabled: boolean): Promise<Managed<null>>;
  /** Tries a configured provider, or one that is only typed in so far. */
  testProvider(target: string | AddProvider): Promise<ProviderTest>;
}

/** First parts of model names, or of paths of the control API, that mean something else. */
const RESERVED = new Set(['local', 'cloud', 'pointsman', 'auto', 'catalogue', 'refresh', 'try']);

/** Adds, removes and tests providers. Keys go to the secret store, everything else to the settings. */
export function createProviderManager(options: ProviderManagerOptions): ProviderManager {
  const { secrets, registry, clock } = options;
  const find = (id: string) => options.settings().providers.find((provider) => provider.id === id);
  const replace = (changed: ProviderSettings): Promise<void> => {
    const settings = options.settings();
    const providers = settings.providers.map((provider) => (provider.id === changed.id ? changed : provider));
    return options.saveSettings({ ...settings, providers });
  };

  return {
    async addProvider(input) {
      const drafted = draftProvider(input);
      if (!drafted.ok) return drafted;
      const { provider, key } = drafted;
      const taken = whyIdTaken(provider.id, options.settings());
      if (taken !== null) return { ok: false, sentence: taken };
      if (key !== null) await secrets.store.write(provider.id, key);
      try {
        // Read only now: others may have changed something while the key was written.
        const settings = options.settings();
        await options.saveSettings({ ...settings, providers: [...settings.providers, provider] });
      } catch (error) {
        if (key !== null) await secrets.store.remove(provider.id);
        throw error;
      }
      return { ok: true, value: provider };
    },

    async removeProvider(id) {
      const settings = options.settings();
      if (find(id) === undefined) return { ok: false, sentence: whyNotThere(id) };
      await options.saveSettings({
        ...settings,
        providers: settings.providers.filter((provider) => provider.id !== id),
      });
      await secrets.store.remove(id);
      return { ok: true, value: null };
    },

    async setKey(id, text) {
      const provider = find(id);
      if (provider === undefined) return { ok: false, sentence: whyNotThere(id) };
      const key = usableKey(text);
      if (text !== null && key === null) return { ok: false, sentence: NO_KEY };
      await (key === null ? secrets.store.remove(id) : secrets.store.write(id, key));
      if (key !== null && provider.keyVariable !== null) await replace({ ...provider, keyVariable: null });
      await registry.credentialChanged(id);
      return { ok: true, value: null };
    },

    async rotateKey(id, text) {
      const provider = find(id);
      if (provider === undefined) return { ok: false, sentence: whyNotThere(id) };
      const key = usableKey(text);
      if (key === null) return { ok: false, sentence: NO_KEY };
      const obstacle = whyNotRotated(provider, secrets);
      if (obstacle !== null) return { ok: false, sentence: obstacle };
      const keyCheckPath = keyCheckPathOf(provider);
      const { test, proven } = await testKey({ provider: toProvider(provider), secret: key, keyCheckPath, clock });
      if (!test.ok) return { ok: true, value: { ...test, sentence: `${test.sentence} ${keptSentence(id)}` } };
      if (!proven) return { ok: true, value: unproven(provider, test) };
      // The test took a while: who removed the provider or changed its address meanwhile has the last word.
      if (find(id)?.baseUrl !== provider.baseUrl) return { ok: false, sentence: whyNotThere(id) };
      await secrets.store.write(id, key);
      if (provider.keyVariable !== null) await replace({ ...provider, keyVariable: null });
      await registry.credentialChanged(id);
      return { ok: true, value: { ...test, sentence: `${test.sentence} The new key is in use from now on.` } };
    },

    async setEnabled(id, enabled) {
      const provider = find(id);
      if (provider === undefined) return { ok: false, sentence: whyNotThere(id) };
      await replace({ ...provider, enabled });
      return { ok: true, value: null };
    },

    async testProvider(target) {
      if (typeof target === 'string') {
        const provider = registry.provider(target) ?? toProviderOrNull(find(target));
        if (provider === null) return notTested(whyNotThere(target));
        const result = await testProvider({
          provider,
          secret: resolveSecret(provider.settings, secrets).value,
          keyCheckPath: keyCheckPathOf(provider.settings),
          clock,
        });
        if (result.ok) registry.clearCredential(target);
        return result;
      }
      const drafted = draftProvider(target);
      if (!drafted.ok) return notTested(drafted.sentence);
      const { provider, key } = drafted;
      const secret = key ?? resolveSecret(provider, secrets).value;
      return testProvider({ provider: toProvider(provider), secret, keyCheckPath: keyCheckPathOf(provider), clock });
    },
  };
}

function keyCheckPathOf(settings: ProviderSettings): string | null {
  return entryOfBaseUrl(settings.baseUrl)?.keyCheckPath ?? null;
}

/** null: its key may be replaced here. */
function whyNotRotated(provider: ProviderSettings, secrets: SecretSources): string | null {
  const { name, keyVariable } = provider;
  const { source } = resolveSecret(provider, secrets);
  if (source === 'not needed') return `${name} needs no key.`;
  if (source !== 'environment') return null;
  return `The key of ${name} comes from the environment variable ${keyVariable ?? ''}: replace it there, start Pointsman again, and take the old key back at ${name}.`;
}

function keptSentence(id: string): string {
  return `The key that was there before stays in use ("pointsman providers rotate ${id}" tries another one).`;
}

/** An answer that everybody gets is no reason to give up a key that works. */
function unproven({ id, name }: ProviderSettings, test: ProviderTest): ProviderTest {
  const sentence = `${name} answers everybody, so the new key could not be proven and the one before stays in use; "pointsman providers key ${id}" takes a key all the same.`;
  return { ...test, ok: false, problem: 'key', sentence };
}

function toProviderOrNull(settings: ProviderSettings | undefined) {
  return settings === undefined ? null : toProvider(settings);
}

function whyIdTaken(id: string, settings: Settings): string | null {
  if (RESERVED.has(id) || (id === OLLAMA_ID && settings.ollama.enabled)) {
    return `The id "${id}" has a meaning of its own: choose another one.`;
  }
  const taken = settings.providers.some((provider) => provider.id === id);
  return taken ? `There is a provider "${id}" already: remove it first, or choose another id.` : null;
}

function whyNotThere(id: string): string {
  if (id === OLLAMA_ID)
    return 'Ollama is not added like other providers: switch it on or off with ollama.enabled in the settings.';
  return `There is no provider "${id}": "pointsman providers" lists them.`;
}

function notTested(sentence: string): ProviderTest {
  return { ok: false, problem: 'address', sentence, models: [], durationMs: 0 };
}
