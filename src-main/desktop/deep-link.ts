import { VIEW_NAMES, type ViewName } from '../../src-shared/bridge.ts';

export const LINK_SCHEME = 'pointsman';

/** The command line's sign for "start without a window", as autostart entries give it. */
export const HIDDEN_FLAG = '--hidden';

/**
 * The view that `pointsman://VIEW` names; null for anything else. A link comes from any web page: it may lead to a view
 * and do nothing more, so it has no parameters, no path and no fragment.
 */
export function parseDeepLink(text: string): ViewName | null {
  const name = /^pointsman:\/\/([a-z]{1,20})\/?$/i.exec(text)?.[1]?.toLowerCase();
  return VIEW_NAMES.find((view) => view === name) ?? null;
}

/** The view that a command line asks for; everything in it that is not a link to a known view is ignored. */
export function viewOfArguments(argv: readonly string[]): ViewName | null {
  for (const argument of argv.slice(1)) {
    const view = parseDeepLink(argument);
    if (view !== null) return view;
  }
  return null;
}
