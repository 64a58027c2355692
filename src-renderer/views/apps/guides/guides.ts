import { BUILDING_GUIDES } from './building.ts';
import { CHAT_GUIDES } from './chat.ts';
import { EDITOR_GUIDES } from './editors.ts';
import { EVERYDAY_GUIDES } from './everyday.ts';
import type { Guide } from './guide.ts';
import { TERMINAL_GUIDES } from './terminal.ts';

/** Every client that we know how to connect, by group. */
export const GUIDES: readonly Guide[] = [
  ...CHAT_GUIDES,
  ...EDITOR_GUIDES,
  ...TERMINAL_GUIDES,
  ...EVERYDAY_GUIDES,
  ...BUILDING_GUIDES,
];
