import { z } from 'zod';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock } from '../../ports.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { mergePriceTables } from '../../spend/merge-price-tables.ts';
import { parsePriceTable } from '../../spend/parse-price-table.ts';
import { createPriceBook, type PriceBook } from '../../spend/price-book.ts';
import type { FindingDraft, JobKind, JobWork, UnitOutcome } from '../job-kind.ts';
import type { FetchLimited } from './fetch-limited.ts';
import { findMoves, proposeMoves } from './price-moves.ts';
import { PRICE_KEYS, refusedFinding } from './price-findings.ts';
import type { PriceTables } from './price-tables.ts';
import { verifySignature } from './verify-signature.ts';

export interface PriceParts {
  clock: Clock;
  settings: () => Settings;
  tables: PriceTables;
  fetch: FetchLimited;
  /** What is known of the network. */
  network: () => { online: boolean | null; metered: boolean | null };
  endpoints: () => readonly Endpoint[];
  /** A provider's id in the price table. */
  pricesIdOf: (providerId: string) => string | null;
}

type Outcome = UnitOutcome<Record<string, never>>;
type Source = NonNullable<Settings['prices']['source']>;

/** The bundled table is a third of that. Larger ones would also hold up the event loop while they are read. */
const MOST_BYTES = 1024 * 1024;
const MOST_SIGNATURE_BYTES = 1024;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A table that lost more than half of its models is not what it says. */
const LEAST_SHARE = 0.5;

/** Fetches a newer price table from where the person says, and asks before it believes a price that moved far. */
export function createPriceJob(parts: PriceParts): JobKind<Record<string, never>> {
  return {
    name: 'price-refresh',
    title: 'Price refresh',
    description:
      'Fetches newer prices of cloud models from the source you set, checks its signature, and asks before it takes over a price that moved to more than three times or less than a third.',
    heavy: false,
    checkpoint: z.strictObject({}),
    plan() {
      const obstacle = whyNot(parts);
      return obstacle === null
        ? { kind: 'begin', checkpoint: {}, unitsTotal: 1 }
        : { kind: 'nothing', sentence: obstacle };
    },
    async unit(_checkpoint, work) {
      const { source } = parts.settings().prices;
      const obstacle = whyNot(parts);
      if (source === null || obstacle !== null) return ended(obstacle ?? NO_SOURCE);
      return await refresh(source, parts, work);
    },
  };
}

const NO_SOURCE = 'No source of prices is set (prices.source), so the table that came with Pointsman is used.';

function whyNot({ settings, network }: PriceParts): string | null {
  const { prices, privacy } = settings();
  const { online, metered } = network();
  if (prices.source === null) return NO_SOURCE;
  if (privacy.localOnly) return 'Nothing may leave this machine (privacy.localOnly), so no prices are fetched.';
  if (online === false) return 'The machine is offline, so no prices are fetched.';
  return metered === true ? 'The network is paid by volume, so no prices are fetched.' : null;
}

async function refresh(source: Source, parts: PriceParts, work: JobWork): Promise<Outcome> {
  work.doing('fetching prices');
  const bytes = await fetched(source.url, MOST_BYTES, parts, work);
  const signature = await fetched(toSignatureUrl(source.url), MOST_SIGNATURE_BYTES, parts, work);
  if (!(await verifySignature({ bytes, signature, publicKey: source.publicKey }))) {
    return refused('its signature is not by the key in prices.source.publicKey', 'high');
  }
  work.doing('reading prices');
  const parsed = await inTurns(parsePriceTable(bytes.toString('utf8')), work);
  if (!parsed.ok) return refused(parsed.reason, 'medium');
  const present = parts.tables.inForce;
  const newer = createPriceBook(parsed.data);
  const doubt = doubtAbout(present, newer, parts.clock.nowMs());
  if (doubt !== null) return refused(doubt, 'medium');
  const moves = findMoves({ present, newer, ...parts, settings: parts.settings(), atMs: parts.clock.nowMs() });
  const asked = { ...proposeMoves(moves, parts.settings()), resolves: { keyPrefixes: PRICE_KEYS } };
  if (newer.data.date === present.data.date) return { ...ended('The prices are the newest there are.'), ...asked };
  const merged = await inTurns(mergePriceTables(present, newer), work);
  // Checked again: settings may have changed while it was fetched, and what is not believed is not kept.
  if (parts.settings().prices.source?.publicKey !== source.publicKey) return ended('The source of prices was changed.');
  const { publicKey } = source;
  parts.tables.take({ data: merged.data, publicKey, fetchedAtMs: parts.clock.nowMs() }, parts.settings());
  const held = merged.held.length === 0 ? '' : ` ${merged.held.length} models keep their prices, which moved too far.`;
  return { ...ended(`Took over the prices of ${newer.data.date} (${newer.data.source}).${held}`), ...asked };
}

/** Throws a sentence: the run is tried again later. */
async function fetched(url: string, mostBytes: number, parts: PriceParts, work: JobWork): Promise<Buffer> {
  const got = await parts.fetch(url, { mostBytes, signal: work.signal });
  work.signal.throwIfAborted();
  if (got.ok) return got.bytes;
  throw new Error(`The prices at ${new URL(url).host} could not be fetched: ${got.reason}.`);
}

function toSignatureUrl(address: string): string {
  const url = new URL(address);
  url.pathname += '.sig';
  return url.href;
}

/** Why a table is refused although it is signed and well formed; completes "…: ". null: nothing speaks against it. */
function doubtAbout(present: PriceBook, newer: PriceBook, nowMs: number): string | null {
  const { date } = newer.data;
  if (date < present.data.date) {
    return `it is of ${date} and older than the one in use (${present.data.date})`;
  }
  // One from the future would keep out all those that come before it.
  if (Date.parse(date) > nowMs + DAY_MS) return `it is dated ${date}, which is in the future`;
  if (countModels(newer) < countModels(present) * LEAST_SHARE)
    return 'more than half of the models are missing from it';
  return null;
}

function countModels({ data }: PriceBook): number {
  return data.providers.reduce((count, { models }) => count + models.length, 0);
}

async function inTurns<Value>(steps: Generator<undefined, Value>, work: JobWork): Promise<Value> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await work.breathe();
  }
}

function refused(reason: string, severity: FindingDraft['severity']): Outcome {
  const finding = refusedFinding(reason, severity);
  return { ...ended(finding.sentence), findings: [finding] };
}

function ended(found: string): Outcome {
  return { next: null, unitsTotal: 1, found };
}
