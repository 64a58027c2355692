import type { ShellState } from './shell-state.ts';
import { TRAY_WORDS } from './tray-words.ts';

/** Windows cuts a tooltip at 127 characters. */
const LONGEST_TOOLTIP = 127;
const LONGEST_LINE = 110;

/** What goes on, with the reason: the engine's own sentence, or why there is none. */
export function toTraySentence({ engine, status }: Pick<ShellState, 'engine' | 'status'>): string {
  switch (engine.phase) {
    case 'running':
      return status?.sentence ?? TRAY_WORDS.starting;
    case 'failed':
      return engine.problem ?? TRAY_WORDS.failed;
    case 'starting':
    case 'restarting':
    case 'stopping':
      return TRAY_WORDS[engine.phase];
  }
}

export function toTooltip(state: Pick<ShellState, 'engine' | 'status'>): string {
  return shorten(`Pointsman: ${toTraySentence(state)}`, LONGEST_TOOLTIP);
}

/** A text as one line of a menu: `&` would underline the next letter. */
export function toMenuLabel(text: string): string {
  return shorten(text, LONGEST_LINE).replaceAll('&', '&&');
}

function shorten(text: string, longest: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`;
}
