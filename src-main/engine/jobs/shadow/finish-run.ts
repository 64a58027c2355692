import type { UnitOutcome } from '../job-kind.ts';
import { describeShadow } from './describe-shadow.ts';
import { proposeChanges } from './propose-changes.ts';
import type { ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';
import { summariseShadow } from './summarise-shadow.ts';

/** Nothing is left to answer or to judge: what it all says, and what follows. */
export function finishRun({ book, clock, settings }: ShadowParts): UnitOutcome<ShadowCheckpoint> {
  const summary = summariseShadow(book, clock.nowMs());
  return {
    next: null,
    unitsTotal: null,
    found: describeShadow(summary),
    proposals: proposeChanges({ book, summary, settings: settings() }),
  };
}
