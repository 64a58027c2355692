import type { Finding, JobName } from '../../../src-shared/jobs.ts';
import { hrefTo, parseHash } from '../../app/router.svelte.ts';

/** Where a finding leads to. */
export type FindingTarget =
  { kind: 'proposal'; id: string } | { kind: 'job'; name: JobName } | { kind: 'link'; href: string };

const KEY_AGE = 'key-age/';

/** null: it is done outside of Pointsman, or nothing has to be done. Only known views are led to. */
export function findingTarget({ action, key, job }: Finding): FindingTarget | null {
  if (action === null) return null;
  const { view, proposalId } = action;
  if (proposalId !== null) return { kind: 'proposal', id: proposalId };
  if (view === null) return null;
  if (view === 'models' && key.startsWith(KEY_AGE)) {
    return { kind: 'link', href: hrefTo('models', { query: { rotate: key.slice(KEY_AGE.length) } }) };
  }
  // The job itself is on the same page.
  if (view === 'background') return { kind: 'job', name: job };
  const { view: name, id, query } = parseHash(`#/${view}`);
  return { kind: 'link', href: hrefTo(name, { query, ...(id === null ? {} : { id }) }) };
}
