import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonValue } from '../../protocols/json.ts';

/** News of a provider's list, told until `MOST_DAYS` have passed or the person dismisses it. */
const newsItem = z.strictObject({
  kind: z.enum(['new', 'gone']),
  /** In the order of the list. */
  models: z.array(z.string()).min(1),
  atMs: z.number(),
});
export type ModelNews = z.infer<typeof newsItem>;

const seenModels = z.strictObject({ known: z.array(z.string()), news: z.array(newsItem) });
/** What is remembered of a provider's list. */
export type SeenModels = z.infer<typeof seenModels>;

const MOST_NEWS_MS = 14 * 86_400_000;

/** null: the list was never looked at, or what is kept of it cannot be read. */
export function parseSeenModels(value: JsonValue | null): SeenModels | null {
  const parsed = seenModels.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/**
 * What is to be remembered of a list after a look at it. The first look is no news. A model that is back, or gone again, is
 * no news any more either.
 */
export function compareModels(before: SeenModels | null, listed: readonly string[], nowMs: number): SeenModels {
  const now = new Set(listed);
  if (before === null) return { known: [...now], news: [] };
  const known = new Set(before.known);
  const news: ModelNews[] = before.news.flatMap((item) => {
    const models = item.models.filter((model) => now.has(model) === (item.kind === 'new'));
    // Shortened news would be told as something new: it stays as it was until nothing of it holds.
    return models.length === 0 || nowMs - item.atMs > MOST_NEWS_MS ? [] : [item];
  });
  const added = [...now].filter((model) => !known.has(model));
  const gone = before.known.filter((model) => !now.has(model));
  if (added.length > 0) news.push({ kind: 'new', models: added, atMs: nowMs });
  if (gone.length > 0) news.push({ kind: 'gone', models: gone, atMs: nowMs });
  return { known: [...now], news };
}

/** The same news has the same key: it is told once. */
export function newsKey(providerId: string, { kind, models }: ModelNews): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([...models].sort()))
    .digest('hex');
  return `${kind}/${providerId}/${digest.slice(0, 16)}`;
}
