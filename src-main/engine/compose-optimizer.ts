import type { OptimizerChange } from '../../src-shared/optimizer.ts';
import type { Settings } from '../../src-shared/settings.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { DualTrackOptimizer } from './optimizer/dual-track-optimizer.ts';
import { evaluateLog } from './optimizer/evaluate-policy.ts';
import { explainRoute } from './optimizer/explain-route.ts';
import { rewardDefinitionFor } from './optimizer/reward-of-request.ts';
import type { Clock } from './ports.ts';
import { lookUp } from './protocols/look-up.ts';
import type { Endpoint } from './routing/endpoint.ts';
import { parseModelName } from './routing/model-name.ts';
import { toPermissions } from './routing/to-permissions.ts';
import type { Store } from './store/open-store.ts';

const DAY_MS = 24 * 3_600_000;
const MOST_DECISIONS = 200_000;

export type OptimizerHandlers = Pick<
  OperationHandlers,
  'optimizer.read' | 'optimizer.change' | 'optimizer.route' | 'optimizer.feedback' | 'optimizer.evaluate'
>;

/** What the control API can ask about choosing and learning. */
export function composeOptimizer(parts: {
  clock: Clock;
  settings: () => Settings;
  adoptSettings: (next: Settings) => Promise<void>;
  optimizer: DualTrackOptimizer;
  store: Store;
  endpoints: () => readonly Endpoint[];
  resolve: (name: string) => readonly Endpoint[];
}): OptimizerHandlers {
  const { optimizer, store, clock } = parts;
  return {
    'optimizer.read': () => optimizer.getOptimizationStatus(),
    async 'optimizer.change'(change) {
      await parts.adoptSettings(withChange(parts.settings(), change));
      return optimizer.getOptimizationStatus();
    },
    'optimizer.route'(question) {
      const { apps, models } = parts.settings();
      const wanted = lookUp(models.substitutions, question.model) ?? question.model;
      const name = parseModelName(wanted);
      const isVirtual = name.kind === 'virtual';
      const endpoints = isVirtual ? parts.endpoints() : parts.resolve(wanted);
      if (endpoints.length === 0) throw new ControlProblem(404, 'not_found', `There is no model "${wanted}".`);
      const app = apps.find(({ id }) => id === question.app);
      const staysPrivate = wanted !== question.model && isPrivateName(question.model);
      return explainRoute(parts, staysPrivate ? { ...question, private: true } : question, {
        virtual: isVirtual ? name.virtual : null,
        endpoints,
        app: question.app,
        appId: app?.id ?? null,
        permissions: app === undefined ? null : toPermissions(app),
      });
    },
    'optimizer.feedback'(input) {
      if (!store.feedback.hasRequest(input.requestId)) {
        throw new ControlProblem(404, 'not_found', `No request ${input.requestId} is recorded.`);
      }
      const value = valueOf(input);
      const { requestId, kind, source, note } = input;
      store.writer.append({ requestId, atMs: clock.nowMs(), kind, source, value, note });
      const answeredBy = store.decisions.decision(requestId)?.decision.answeredBy ?? null;
      return { taken: true, learned: optimizer.giveFeedback({ requestId, quality: value, answeredBy }) };
    },
    'optimizer.evaluate'({ policy, days }) {
      const tracks = new Map(parts.endpoints().map(({ id, track }) => [id, track]));
      const log = store.logged.read({ sinceMs: clock.nowMs() - days * DAY_MS, limit: MOST_DECISIONS });
      return evaluateLog(log, {
        policy,
        trackOf: (id) => tracks.get(id) ?? null,
        definition: rewardDefinitionFor(optimizer.policy.constraints),
      });
    },
  };
}

/** No substitute makes public what a client sent to this name. */
function isPrivateName(model: string): boolean {
  const name = parseModelName(model);
  return name.kind === 'virtual' && name.virtual === 'private';
}

/** 0 to 1: a rating of 1 to 5 is stretched over it. */
function valueOf({ kind, value }: { kind: string; value?: number | undefined }): number {
  if (value === undefined) return kind === 'failure' ? 0 : 1;
  return kind === 'user_rating' ? (value - 1) / 4 : value;
}

function withChange(settings: Settings, change: OptimizerChange): Settings {
  const { optimizer, privacy } = settings;
  return {
    ...settings,
    optimizer: {
      ...optimizer,
      strategy: change.strategy ?? optimizer.strategy,
      enabled: change.enabled ?? optimizer.enabled,
      cloudShare: change.cloudShare === undefined ? optimizer.cloudShare : change.cloudShare,
    },
    privacy: { ...privacy, localOnly: change.localOnly ?? privacy.localOnly },
  };
}
