import type { FindingDraft } from '../job-kind.ts';

const REFUSED = 'refused';
export const MOVED = 'moved';
/** All that a refresh that went well makes up to date. */
export const PRICE_KEYS = [REFUSED, MOVED];

export function refusedFinding(reason: string, severity: FindingDraft['severity']): FindingDraft {
  return {
    key: REFUSED,
    severity,
    sentence: `The price table that was fetched cannot be used: ${reason}. The prices stay as they are.`,
    action: { label: 'Check the source of prices', view: 'settings', proposalId: null },
  };
}
