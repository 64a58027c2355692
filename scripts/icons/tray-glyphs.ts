import type { TrayIcon } from '../../src-shared/house.ts';

/** Colour of each part of the glyph. */
export type Tints = Readonly<Record<'neutral' | 'local' | 'cloud' | 'paused' | 'problem', string>>;

const BLACK = '#000000';

/** macOS colours templates itself: black and transparency only. */
export const TEMPLATE_TINTS: Tints = { neutral: BLACK, local: BLACK, cloud: BLACK, paused: BLACK, problem: BLACK };

/** Every colour keeps a contrast of 3:1 against every panel of `PANELS`. */
export const PANEL_TINTS: Readonly<Record<'on-dark' | 'on-light', Tints>> = {
  'on-dark': { neutral: '#f2f5f9', local: '#3fd0b6', cloud: '#ada3ff', paused: '#ffc857', problem: '#ff8f85' },
  'on-light': { neutral: '#1b2430', local: '#0a6658', cloud: '#5540c4', paused: '#8a4b00', problem: '#b3261e' },
};

/** What is behind the glyph: black, Windows' and GNOME's dark panels, Breeze Dark; white, Windows' light one, Breeze. */
export const PANELS: Readonly<Record<'on-dark' | 'on-light', readonly string[]>> = {
  'on-dark': ['#000000', '#1c1c1c', '#202020', '#31363b', '#454545'],
  'on-light': ['#ffffff', '#f3f3f3', '#eff0f1', '#d6d6d6'],
};

const RULES = '/* rules */';

/** The glyph of one state, from the source with all of them. */
export function glyphSvg(options: { source: string; icon: TrayIcon; tints: Tints }): string {
  const { source, icon, tints } = options;
  if (!source.includes(RULES)) throw new Error(`The tray's source has no place for its rules: ${RULES}`);
  const colours = Object.entries(tints).map(([part, colour]) => `.tint-${part} { color: ${colour} }`);
  return source.replace(RULES, [`.state { display: none }`, `.${icon} { display: inline }`, ...colours].join(' '));
}
