import { hrefTo } from '../../app/router.svelte.ts';

/** Parts of the view, in order; each has an address of its own. */
export const BACKGROUND_PAGES = ['now', 'local', 'speed', 'history', 'keeping'] as const;
export type BackgroundPage = (typeof BACKGROUND_PAGES)[number];

/** `#/background` is the first one, and so is what nobody knows. */
export function toPage(id: string | null): BackgroundPage {
  return BACKGROUND_PAGES.find((page) => page === id) ?? 'now';
}

export function hrefToPage(page: BackgroundPage): string {
  return hrefTo('background', page === 'now' ? {} : { id: page });
}
