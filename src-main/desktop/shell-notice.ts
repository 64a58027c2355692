import { randomUUID } from 'node:crypto';
import type { ViewName } from '../../src-shared/bridge.ts';
import type { Notice } from '../../src-shared/house.ts';

/** News of the shell itself, in the form of the engine's. */
export function shellNotice(news: {
  nowMs: number;
  level: Notice['level'];
  title: string;
  text: string;
  view?: ViewName;
}): Notice {
  const { nowMs, level, title, text, view = null } = news;
  return { id: randomUUID(), atMs: Math.round(nowMs), level, title, text, view };
}
