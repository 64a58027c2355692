import type { Settings } from '../../../../src-shared/settings.ts';
import type { Log } from '../../ports.ts';
import { createPriceBook, type PriceBook, type PriceTableData } from '../../spend/price-book.ts';
import type { Pricing } from '../../spend/pricing.ts';
import { keepPrices, readKeptPrices } from './kept-prices.ts';

interface Fetched {
  book: PriceBook;
  publicKey: string;
}

/**
 * Which price table holds: the newer of the one that came with the program and the one that was fetched. A fetched one holds
 * only while the key that signed it is the one in the settings: who takes the source back no longer believes it.
 */
export class PriceTables {
  readonly #folder: string;
  readonly #pricing: Pick<Pricing, 'book' | 'useBook'>;
  readonly #log: Log;
  readonly #bundled: PriceBook;
  #fetched: Fetched | null = null;
  #isRead = false;
  #problem: string | null = null;

  constructor(options: { folder: string; pricing: Pick<Pricing, 'book' | 'useBook'>; log: Log; settings: Settings }) {
    this.#folder = options.folder;
    this.#pricing = options.pricing;
    this.#log = options.log;
    this.#bundled = options.pricing.book;
    this.follow(options.settings);
  }

  /** Why the fetched table is not used although it should be, in a sentence; null: it is, or there is none. */
  get problem(): string | null {
    return this.#problem;
  }

  get inForce(): PriceBook {
    return this.#pricing.book;
  }

  /** Settings are other ones: another table may hold. */
  follow({ prices }: Settings): void {
    const { source } = prices;
    if (source !== null && !this.#isRead) this.#read();
    const fetched = this.#fetched;
    const isBelieved = fetched !== null && source?.publicKey === fetched.publicKey;
    const isNewer = isBelieved && fetched.book.data.date > this.#bundled.data.date;
    const book = isNewer ? fetched.book : this.#bundled;
    if (book !== this.#pricing.book) this.#pricing.useBook(book);
  }

  /** Keeps a table that was fetched, and reckons with it from now on. Throws the system's error; then nothing changes. */
  take(taken: { data: PriceTableData; publicKey: string; fetchedAtMs: number }, settings: Settings): void {
    keepPrices(this.#folder, taken);
    const { data, publicKey, fetchedAtMs } = taken;
    this.#fetched = { book: createPriceBook({ ...data, fetchedAtMs }), publicKey };
    this.#problem = null;
    this.follow(settings);
  }

  #read(): void {
    this.#isRead = true;
    const kept = readKeptPrices(this.#folder);
    if (kept.kind === 'found') this.#fetched = { book: createPriceBook(kept.data), publicKey: kept.publicKey };
    if (kept.kind !== 'damaged') return;
    this.#problem = kept.sentence;
    this.#log.warn({}, kept.sentence);
  }
}
