import type { FindingDraft } from '../job-kind.ts';
import type { BenchmarkChange } from './compare-benchmarks.ts';

/** All that changed, in one sentence; null: nothing did. */
export function describeChanges(endpointId: string, changes: readonly BenchmarkChange[]): string | null {
  if (changes.length === 0) return null;
  const words = changes.map((change) => change.words);
  const last = words.pop() ?? '';
  return `${endpointId} ${words.length === 0 ? last : `${words.join(', ')} and ${last}`}.`;
}

/** What to do about a change for the worse. */
const ADVICE: Readonly<Record<BenchmarkChange['what'], string>> = {
  digest: 'Look at the models',
  writing: 'Look at the machine',
  reading: 'Look at the machine',
  loading: 'Look at the machine',
  context: 'Look at the models',
  graphics: 'Look at the machine',
  server: 'Look at the providers',
};
const VIEWS: Readonly<Record<BenchmarkChange['what'], string>> = {
  digest: 'models',
  writing: 'machine',
  reading: 'machine',
  loading: 'machine',
  context: 'models',
  graphics: 'machine',
  server: 'models',
};

/** What is for the worse, or what somebody should know. Improvements stand in the run's own sentence only. */
export function toFindings(endpointId: string, changes: readonly BenchmarkChange[]): FindingDraft[] {
  return changes
    .filter(({ severity }) => severity !== 'info')
    .map(({ what, severity, words }) => ({
      key: keyOf(endpointId, what),
      severity,
      sentence: `${endpointId} ${words} since it was last measured.`,
      action: { label: ADVICE[what], view: VIEWS[what], proposalId: null },
    }));
}

/**
 * Keys of findings that hold no longer: another digest is news once; what became slower is open until it is measured to
 * be faster again, for the next run compares with the slow one.
 */
export function resolvedKeys(endpointId: string, changes: readonly BenchmarkChange[]): string[] {
  const improved = changes.filter(({ severity }) => severity === 'info').map(({ what }) => what);
  return [...new Set<BenchmarkChange['what']>(['digest', ...improved])].map((what) => keyOf(endpointId, what));
}

function keyOf(endpointId: string, what: BenchmarkChange['what']): string {
  return `${endpointId} ${what}`;
}
