import { bytesInWords } from './bytes-in-words.ts';
import type { UpkeepState } from './upkeep-state.ts';

/** What a whole run did, in one sentence. */
export function describeUpkeep(state: UpkeepState): string {
  const { removedRequests, removedNotes, removedPrices, removedFiles, freedBytes, problems } = state;
  const removed = [
    amount(removedRequests, 'old request'),
    amount(removedNotes, 'old note'),
    amount(removedPrices, 'unused price'),
    amount(removedFiles, 'old file'),
  ].filter((words) => words !== null);
  const sentences = [
    removed.length === 0 ? 'Nothing had to be removed' : `Removed ${removed.join(', ')}`,
    ...(freedBytes > 0 ? [`gave back ${bytesInWords(freedBytes)}`] : []),
    problems.length === 0 ? 'the database is sound' : 'the database is damaged',
  ];
  return `${sentences.join('; ')}.`;
}

function amount(count: number, thing: string): string | null {
  return count === 0 ? null : `${count} ${thing}${count === 1 ? '' : 's'}`;
}
