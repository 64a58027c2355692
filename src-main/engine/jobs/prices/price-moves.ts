import type { PriceOverride, Settings } from '../../../../src-shared/settings.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { compileEra } from '../../spend/compile-prices.ts';
import { MOST_MOVE, hasMoved } from '../../spend/merge-price-tables.ts';
import type { PriceBook, TableModel } from '../../spend/price-book.ts';
import type { UnitPrice } from '../../store/records.ts';
import type { FindingDraft, ProposalDraft } from '../job-kind.ts';
import { MOVED } from './price-findings.ts';

/** The price of a model that is in use here moved too far to be taken over without asking. */
export interface PriceMove {
  endpoint: string;
  before: UnitPrice | null;
  after: UnitPrice | null;
}

/** Models that are in use here and whose price the newer table moves too far. What the person has priced is not asked. */
export function findMoves(options: {
  present: PriceBook;
  newer: PriceBook;
  endpoints: () => readonly Endpoint[];
  pricesIdOf: (providerId: string) => string | null;
  settings: Settings;
  atMs: number;
}): PriceMove[] {
  const { present, newer, pricesIdOf, settings, atMs } = options;
  const own = new Set(settings.prices.overrides.map(({ endpoint }) => endpoint));
  return options.endpoints().flatMap(({ id, providerId, model, track }) => {
    const pricesId = track === 'cloud' && !own.has(id) ? pricesIdOf(providerId) : null;
    if (pricesId === null) return [];
    const before = present.matchModel({ pricesId, model });
    const after = newer.matchModel({ pricesId, model });
    if (before === null || after === null || !hasMoved(before.prices, after.prices)) return [];
    return { endpoint: id, before: priceAt(before, present, atMs), after: priceAt(after, newer, atMs) };
  });
}

/** Tells of the moves and offers to take the new prices as the person's own; nothing when there are none. */
export function proposeMoves(
  moves: readonly PriceMove[],
  settings: Settings,
): { findings?: FindingDraft[]; proposals?: ProposalDraft[] } {
  if (moves.length === 0) return {};
  const names = moves.map(({ endpoint }) => endpoint).join(', ');
  const finding: FindingDraft = {
    key: MOVED,
    severity: 'medium',
    sentence: `The new price table moves prices to more than ${MOST_MOVE} times or less than a third, and they stay as they are until you decide: ${names}.`,
    action: { label: 'Compare with the providers’ own price pages', view: 'background', proposalId: null },
  };
  const { overrides } = settings.prices;
  const added = moves.flatMap(toOverride);
  if (added.length === 0) return { findings: [finding] };
  const proposal: ProposalDraft = {
    key: MOVED,
    title: 'Take over prices that moved far',
    sentence: `Use the new prices of ${added.map(({ endpoint }) => endpoint).join(', ')} from now on.`,
    evidence: moves.map(({ endpoint, before, after }) => ({
      label: endpoint,
      value: `${shown(before)} → ${shown(after)}`,
    })),
    changes: [{ path: 'prices.overrides', before: overrides, after: [...overrides, ...added] }],
  };
  return { findings: [finding], proposals: [proposal] };
}

/** Of a short prompt. */
function priceAt(model: TableModel, { data }: PriceBook, atMs: number): UnitPrice | null {
  const eras = model.prices.map((dated) => compileEra(dated, data));
  const era = eras.findLast((one) => one.appliesAt(atMs)) ?? eras[0];
  return era?.rules?.tiers[0]?.price ?? null;
}

/** None when a price that calls need is not told. */
function toOverride({ endpoint, after }: PriceMove): PriceOverride[] {
  if (after === null) return [];
  const { input, output, cachedInput, cacheWrite, reasoning } = after;
  return input === null || output === null ? [] : [{ endpoint, input, output, cachedInput, cacheWrite, reasoning }];
}

function shown(price: UnitPrice | null): string {
  const usd = (amount: number | null) => (amount === null ? 'unknown' : `$${amount}`);
  return `${usd(price?.input ?? null)} in, ${usd(price?.output ?? null)} out`;
}
