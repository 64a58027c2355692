import { PART_NAMES, type PartName, type PicturedCandidate } from './candidate.ts';

/** One piece of a bar; places and widths are percent of the picture's width. */
export interface BarPiece {
  part: PartName;
  left: number;
  width: number;
}
export interface ScoreBar {
  pieces: readonly BarPiece[];
  /** Where the sum of all parts stands; null: unknown. */
  sumAt: number | null;
}
export interface ScorePicture {
  zeroAt: number;
  /** As many as there are candidates, in their order. */
  bars: readonly ScoreBar[];
}

/** Lays all candidates' parts on one scale: what adds worth to the right of zero, what takes it away to the left. */
export function toScorePicture(candidates: readonly PicturedCandidate[]): ScorePicture {
  const gains = candidates.map((candidate) => sumOf(candidate, 1));
  const losses = candidates.map((candidate) => sumOf(candidate, -1));
  const most = Math.max(0, ...gains);
  const least = Math.min(0, ...losses);
  const span = most - least || 1;
  const at = (value: number) => ((value - least) / span) * 100;
  return {
    zeroAt: at(0),
    bars: candidates.map((candidate) => ({
      pieces: [...stack(candidate, 1, at), ...stack(candidate, -1, at)],
      sumAt: candidate.score === null ? null : Math.min(100, Math.max(0, at(candidate.score))),
    })),
  };
}

function sumOf({ parts }: PicturedCandidate, sign: 1 | -1): number {
  return PART_NAMES.reduce((sum, part) => sum + only(parts[part], sign), 0);
}

function stack({ parts }: PicturedCandidate, sign: 1 | -1, at: (value: number) => number): BarPiece[] {
  let end = 0;
  const pieces: BarPiece[] = [];
  for (const part of PART_NAMES) {
    const value = only(parts[part], sign);
    if (value === 0) continue;
    const [from, to] = [at(end), at(end + value)];
    pieces.push({ part, left: Math.min(from, to), width: Math.abs(to - from) });
    end += value;
  }
  return pieces;
}

function only(value: number | null, sign: 1 | -1): number {
  return value !== null && Math.sign(value) === sign ? value : 0;
}
