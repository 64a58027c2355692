import type { SettingsView } from '../../src-shared/settings-view.ts';
import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Log } from './ports.ts';
import { describeOllama, type OllamaSeen } from './providers/describe-ollama.ts';
import { parseOllamaHost } from './providers/ollama-address.ts';
import { OLLAMA_ID, type Registry } from './providers/registry.ts';
import { changeSettings } from './store/change-settings.ts';
import { pendingRestart } from './store/pending-restart.ts';

export type SettingsHandlers = Pick<
  OperationHandlers,
  'settings.read' | 'settings.change' | 'setup.read' | 'setup.finish'
>;

/** What the control API tells and changes of the settings, and of the first run. */
export function composeSettings(parts: {
  settings: LiveSettings;
  log: Log;
  registry: Registry;
  environment: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  addresses: () => readonly string[];
}): SettingsHandlers {
  const { settings } = parts;
  const view = (): SettingsView => ({
    settings: withoutApps(settings.current),
    defaults: withoutApps(settingsSchema.parse({})),
    pendingRestart: pendingRestart(settings.atStart, settings.current),
  });
  const setup = () => ({
    done: settings.current.setup.done,
    ollama: describeOllama(ollamaSeen(parts), parts.platform),
    address: parts.addresses()[0] ?? '',
    cloudProviders: settings.current.providers.filter(({ enabled, track }) => enabled && track === 'cloud').length,
  });
  return {
    'settings.read': view,
    async 'settings.change'({ changes }) {
      const changed = changeSettings(settings.current, changes);
      if (!changed.ok) throw new ControlProblem(400, 'invalid_request', changed.sentence);
      await settings.adopt(changed.settings);
      parts.log.info({ paths: changes.map(({ path }) => path) }, 'settings changed');
      return view();
    },
    'setup.read': setup,
    async 'setup.finish'() {
      await settings.adopt({ ...settings.current, setup: { done: true } });
      return setup();
    },
  };
}

/** Their keys' hashes are nobody's business. */
function withoutApps({ apps: _apps, ...rest }: Settings): SettingsView['settings'] {
  return rest;
}

function ollamaSeen({ settings, registry, environment }: Parameters<typeof composeSettings>[0]): OllamaSeen {
  const found = registry.status().find(({ id, enabled }) => id === OLLAMA_ID && enabled);
  const baseUrl = found?.baseUrl ?? settings.current.ollama.baseUrl ?? parseOllamaHost(environment.OLLAMA_HOST);
  if (found === undefined) return { state: 'switched_off', baseUrl, version: null, models: [] };
  const isThere = found.state === 'healthy' || found.state === 'degraded';
  const models = registry
    .snapshot()
    .endpoints.flatMap(({ providerId, model }) => (providerId === OLLAMA_ID ? model : []));
  return {
    state: isThere ? 'running' : 'not_running',
    baseUrl,
    version: found.version,
    models: isThere ? models : [],
  };
}
