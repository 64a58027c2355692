import { AFTER, BEFORE, DURING, type Answers } from './play-change.ts';

/** What a run says about one endpoint that turned bad and recovered. Shares are of requests that it answered. */
export interface ChangeFigures {
  /** In the last hundred requests before the change. */
  shareBefore: number;
  /** In the bad time, without its first fifty requests. */
  shareBad: number;
  /** So many requests after the change it was left: of the fifty that followed, a fifth or less went there. null: never. */
  leftAfter: number | null;
  /** So many requests after it recovered it was found again: of the fifty up to there, 60 % of its share before went there. */
  foundAfter: number | null;
  /** In the last hundred requests of all. */
  shareEnd: number;
}

const WINDOW = 50;
const LONG_WINDOW = 100;
/** "Mostly left", and "found again": shares of requests, and of the share before. */
export const MOSTLY_LEFT = 0.2;
export const FOUND_AGAIN = 0.6;
export const LEAVE_WITHIN = 50;
export const FIND_WITHIN = 200;

export function toFigures(answers: Answers, endpointId: string): ChangeFigures {
  const shareOf = (from: number, to: number) => share(answers.slice(from, to), endpointId);
  const recovered = BEFORE + DURING;
  const shareBefore = shareOf(BEFORE - LONG_WINDOW, BEFORE);
  const isLeft = (after: number) => shareOf(BEFORE + after, BEFORE + after + WINDOW) <= MOSTLY_LEFT;
  const isFound = (after: number) =>
    shareOf(recovered + after - WINDOW, recovered + after) >= FOUND_AGAIN * shareBefore;
  return {
    shareBefore,
    shareBad: shareOf(BEFORE + LEAVE_WITHIN, recovered),
    leftAfter: first(0, DURING - WINDOW, isLeft),
    foundAfter: first(WINDOW, AFTER, isFound),
    shareEnd: shareOf(answers.length - LONG_WINDOW, answers.length),
  };
}

export function isLeftInTime({ leftAfter }: ChangeFigures): boolean {
  return leftAfter !== null && leftAfter <= LEAVE_WITHIN;
}

export function isFoundInTime({ foundAfter }: ChangeFigures): boolean {
  return foundAfter !== null && foundAfter <= FIND_WITHIN;
}

/** Of a list that is not empty, the upper one of two; `null` (never) is later than everything. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.toSorted((one, other) => (one ?? Infinity) - (other ?? Infinity));
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** The greatest, or null when one never came. */
export function worstOf(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : Math.max(...values.map((each) => each ?? 0));
}

function share(answers: Answers, endpointId: string): number {
  return answers.filter((each) => each === endpointId).length / answers.length;
}

function first(from: number, to: number, holds: (place: number) => boolean): number | null {
  for (let place = from; place <= to; place++) if (holds(place)) return place;
  return null;
}
