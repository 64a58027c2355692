import type { Paint } from '../demo-table.ts';

/** A piece of a line with its colour; null: the terminal's own. */
export type Cell = readonly [colour: Parameters<Paint>[0] | null, text: string];

/** How lines are put on a terminal. */
export interface LineStyle {
  columns: number;
  paint: Paint;
  /** Blocks and dots, or only ASCII. */
  unicode: boolean;
}

/** Puts cells together; what does not fit is cut, and the cut is shown. */
export function toLine(cells: readonly Cell[], { columns, paint, unicode }: LineStyle): string {
  const width = cells.reduce((sum, [, text]) => sum + text.length, 0);
  let room = width > columns ? columns - 1 : columns;
  let line = '';
  for (const [colour, text] of cells) {
    const shown = text.slice(0, Math.max(0, room));
    room -= shown.length;
    line += colour === null ? shown : paint(colour, shown);
  }
  return width > columns ? line + (unicode ? '…' : '~') : line;
}

/** Exactly so many signs: cut or filled up with blanks. */
export function fit(text: string, width: number, unicode: boolean): string {
  if (text.length <= width) return text.padEnd(width);
  return text.slice(0, Math.max(0, width - 1)) + (unicode ? '…' : '~');
}

const BLOCKS = Array.from('▁▂▃▄▅▆▇█');
const ASCII = Array.from('_.-=+*#@');

/** One sign for each share from 0 to 1, as high as it is. */
export function shareLine(shares: readonly number[], unicode: boolean): string {
  const signs = unicode ? BLOCKS : ASCII;
  return shares.map((share) => signs[Math.round(Math.min(1, Math.max(0, share)) * (signs.length - 1))] ?? '').join('');
}

/** That all of them are simulated stands in the title: here it would only take the room. */
export function shortName(model: string): string {
  return model.replace(/^sim-(?:cloud-)?/u, '');
}

/** Averages of a run of yes and no, over pieces of `length` each. */
export function toShares(outcomes: readonly boolean[], length: number): number[] {
  const shares: number[] = [];
  for (let from = 0; from < outcomes.length; from += length) {
    const piece = outcomes.slice(from, from + length);
    shares.push(piece.filter(Boolean).length / piece.length);
  }
  return shares;
}
