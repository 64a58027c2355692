import { z } from 'zod';
import type { ModelMatch, PriceTableData, TableProvider } from './price-book.ts';

/** Far above the dearest model there ever was, in USD per million tokens (or per thousand calls). */
const MOST_USD = 10_000;
const LONGEST_TEXT = 300;
/** A part that repeats and is itself repeated: such a pattern can take for ever. */
const EXPLOSIVE = /[+*}]\)?\)[+*{]/;

const text = z.string().min(1).max(LONGEST_TEXT);
const usd = z.number().min(0, 'a price below 0').max(MOST_USD, `a price above ${MOST_USD} USD`);
const price = z.union([
  usd,
  z.object({ base: usd, tiers: z.array(z.object({ start: z.number().min(0), price: usd })).max(20) }),
]);
const day = z.iso.date();
const time = z.string().regex(/^\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/);
const constraint = z.object({
  type: text,
  start_date: day.optional(),
  start_time: time.optional(),
  end_time: time.optional(),
});
const regex = text.refine((pattern) => isSafePattern(pattern), 'a pattern that cannot be used');
const match: z.ZodType<ModelMatch> = z.lazy(() =>
  z.object({
    equals: text.optional(),
    starts_with: text.optional(),
    ends_with: text.optional(),
    contains: text.optional(),
    regex: regex.optional(),
    or: z.array(match).optional(),
    and: z.array(match).optional(),
  }),
);
const model = z.object({
  match,
  prices: z.array(z.object({ constraint: constraint.optional(), prices: z.record(text, price) })).min(1),
});
const provider: z.ZodType<TableProvider> = z.object({ id: text, fallbacks: z.array(text), models: z.array(model) });
const head = z.object({ source: text, date: day, providers: z.array(z.unknown()).min(1) });

/** `reason` completes the sentence "The price table cannot be used: …". */
export type ParsedPriceTable = { ok: true; data: PriceTableData } | { ok: false; reason: string };

/**
 * Reads a price table and refuses it as a whole when anything in it is not as it must be: a price below zero or beyond all
 * measure makes the others doubtful, too. Yields after each provider, so that others may have their turn.
 */
export function* parsePriceTable(content: string): Generator<undefined, ParsedPriceTable> {
  try {
    const parsed = head.safeParse(JSON.parse(content));
    if (!parsed.success) return refused(parsed.error);
    const { source, date } = parsed.data;
    const providers: TableProvider[] = [];
    for (const each of parsed.data.providers) {
      const one = provider.safeParse(each);
      if (!one.success) return refused(one.error);
      providers.push(one.data);
      yield;
    }
    return { ok: true, data: { source, date, providers } };
  } catch {
    // No JSON, or nested so deeply that nobody can read it.
    return { ok: false, reason: 'it is no price table' };
  }
}

function refused(error: z.ZodError): ParsedPriceTable {
  const [issue] = error.issues;
  return { ok: false, reason: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
}

function isSafePattern(pattern: string): boolean {
  if (EXPLOSIVE.test(pattern)) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
