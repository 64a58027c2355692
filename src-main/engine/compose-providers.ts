import type { ProviderStatus } from '../../src-shared/control.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import { readCatalogue } from './providers/catalogue.ts';
import type { Managed, ProviderManager } from './providers/manage-providers.ts';
import type { Registry } from './providers/registry.ts';

export type ProviderHandlers = Pick<OperationHandlers, Extract<keyof OperationHandlers, `providers.${string}`>>;

/** What the control API can do with providers. */
export function composeProviders(parts: { registry: Registry; manager: ProviderManager }): ProviderHandlers {
  const { registry, manager } = parts;
  const statusOf = (id: string): ProviderStatus => {
    const found = registry.status().find((provider) => provider.id === id);
    if (found !== undefined) return found;
    throw new ControlProblem(404, 'not_found', `There is no provider "${id}".`);
  };
  return {
    'providers.catalogue': () => ({ entries: [...readCatalogue()] }),
    'providers.list': () => ({ providers: registry.status() }),
    async 'providers.add'(input) {
      const { id } = valueOf(await manager.addProvider(input));
      await registry.refresh(id);
      return statusOf(id);
    },
    'providers.try': (input) => manager.testProvider(input),
    async 'providers.refresh'() {
      await registry.refresh();
      return { providers: registry.status() };
    },
    'providers.test': ({ id }) => manager.testProvider(id),
    async 'providers.setKey'({ id, key }) {
      valueOf(await manager.setKey(id, key));
      return manager.testProvider(id);
    },
    async 'providers.rotateKey'({ id, key }) {
      return valueOf(await manager.rotateKey(id, key));
    },
    async 'providers.change'({ id, enabled }) {
      valueOf(await manager.setEnabled(id, enabled));
      await registry.refresh(id);
      return statusOf(id);
    },
    async 'providers.remove'({ id }) {
      valueOf(await manager.removeProvider(id));
      return { removed: true };
    },
  };
}

function valueOf<Value>(managed: Managed<Value>): Value {
  if (managed.ok) return managed.value;
  throw new ControlProblem(400, 'invalid_request', managed.sentence);
}
