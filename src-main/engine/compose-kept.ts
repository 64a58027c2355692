import { ChangeTeller } from './events/change-teller.ts';
import type { EventHub } from './events/event-hub.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { KeptPrompts } from './jobs/kept/kept-prompts.ts';
import { PromptVault } from './jobs/kept/prompt-vault.ts';
import { VAULT_KEY_REFERENCE } from './jobs/kept/vault-key.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Clock, Log, Random, SecretStore } from './ports.ts';
import type { Store } from './store/open-store.ts';

export type KeptHandlers = Pick<OperationHandlers, 'kept.read' | 'kept.consent' | 'kept.erase'>;

/** Prompts that are kept with consent: the exchange hands them over, jobs read them, the person has the last word. */
export interface Kept {
  vault: PromptVault;
  /** For jobs. */
  prompts: KeptPrompts;
  handlers: KeptHandlers;
  /** For the erasing of all records: forget at once, and look anew afterwards. */
  memory: { forget(): void };
  reader: { forget(): void };
  /** A secret has come to the secret store by another way than the control API. */
  credentialChanged(reference: string): void;
  /** Before the store is closed: what waits is written. */
  stop(): void;
}

export function composeKept(parts: {
  clock: Clock;
  random: Random;
  log: Log;
  secrets: SecretStore;
  store: Pick<Store, 'kept'>;
  settings: LiveSettings;
  hub: EventHub;
}): Kept {
  const { settings, store, hub, ...rest } = parts;
  const changes = new ChangeTeller({ hub, clock: parts.clock });
  const vault = new PromptVault({
    ...rest,
    table: store.kept,
    settings: () => settings.current,
    onChange: () => changes.note('kept'),
  });
  settings.follow((next, before) => vault.follow(next, before));
  vault.start();
  return {
    vault,
    prompts: vault.prompts,
    handlers: {
      'kept.read': () => vault.view(),
      async 'kept.consent'({ consent }) {
        await (consent ? agree(vault, settings) : adoptConsent(settings, false));
        return vault.view();
      },
      async 'kept.erase'({ requestId }) {
        const problem = await vault.erase(requestId ?? null);
        if (problem !== null) throw new ControlProblem(500, 'not_erased', problem);
        return vault.view();
      },
    },
    memory: { forget: () => vault.forget() },
    reader: { forget: () => vault.recount() },
    credentialChanged(reference) {
      if (reference === VAULT_KEY_REFERENCE) vault.keyArrived();
    },
    stop() {
      vault.stop();
      changes.stop();
    },
  };
}

/** Where no key can be kept there is no consent either: nothing may seem to be kept that is not. */
async function agree(vault: PromptVault, settings: LiveSettings): Promise<void> {
  if (vault.isReady()) return;
  if (settings.current.privacy.keepPrompts.enabled) {
    const problem = await vault.agree();
    if (problem !== null) throw new ControlProblem(409, 'not_saved', problem);
    return;
  }
  await adoptConsent(settings, true);
  if (vault.isReady()) return;
  const { problem } = vault.view();
  await adoptConsent(settings, false);
  throw new ControlProblem(409, 'not_saved', problem ?? 'The key to kept prompts could not be kept.');
}

async function adoptConsent(settings: LiveSettings, enabled: boolean): Promise<void> {
  const { current } = settings;
  const { privacy } = current;
  if (privacy.keepPrompts.enabled === enabled) return;
  await settings.adopt({ ...current, privacy: { ...privacy, keepPrompts: { ...privacy.keepPrompts, enabled } } });
}
