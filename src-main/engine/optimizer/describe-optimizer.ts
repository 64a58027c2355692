import type { OptimizerStatus } from '../../../src-shared/optimizer.ts';
import type { AdaptiveOptimizer } from './adaptive-optimizer.ts';
import type { OptimizerGuard } from './guard.ts';
import type { OptimizerMemory } from './memory.ts';
import type { Surroundings } from './surroundings.ts';
import { toWindowViews } from './to-window-views.ts';

/** How choosing and learning are doing now. */
export function describeOptimizer(parts: {
  around: Surroundings;
  guard: OptimizerGuard;
  adaptive: AdaptiveOptimizer;
  memory: OptimizerMemory;
}): OptimizerStatus {
  const { around, guard, adaptive, memory } = parts;
  const { optimizer } = around.settings();
  const suspendedForMs = guard.suspendedForMs ?? adaptive.suspendedForMs;
  return {
    enabled: optimizer.enabled,
    suspendedUntilMs: suspendedForMs === null ? null : Math.round(around.clock.nowMs() + suspendedForMs),
    degraded: [...guard.describe(), ...adaptive.problems(), ...memory.saver.problems()],
    strategy: optimizer.strategy,
    actsAs: adaptive.actsAs,
    preferences: adaptive.preferences,
    windows: toWindowViews(memory.metrics.read()),
    learning: { ...memory.forecaster.describeLearning(), ...memory.teacher.load },
    exploration: memory.explorer.describe(),
    conversations: memory.reader.conversations.size,
    adaptations: [...adaptive.history()],
  };
}
