import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { parsePriceTable } from '../../spend/parse-price-table.ts';
import type { PriceTableData } from '../../spend/price-book.ts';
import { readTextFile, writePrivateFile } from '../../store/private-file.ts';

const FILE = 'prices.json';
const FORMAT = 1;

/** First line of the file; the table follows. `publicKey`: whose signature it had. */
const header = z.object({
  format: z.literal(FORMAT),
  sha256: z.string(),
  publicKey: z.string(),
  fetchedAtMs: z.number(),
});

export type KeptPrices =
  | { kind: 'found'; data: PriceTableData; publicKey: string }
  | { kind: 'absent' }
  /** A sentence for the person. */
  | { kind: 'damaged'; sentence: string };

/** The price table that was fetched last, from the data folder. Waits for the disk: for the start, and a person's wish. */
export function readKeptPrices(folder: string): KeptPrices {
  const file = join(folder, FILE);
  try {
    const content = readTextFile(file);
    if (content === null) return { kind: 'absent' };
    const end = content.indexOf('\n');
    const head = header.parse(JSON.parse(content.slice(0, end)));
    const text = content.slice(end + 1);
    if (sha256(text) !== head.sha256) return damaged(file);
    const parsing = parsePriceTable(text);
    let step = parsing.next();
    while (step.done !== true) step = parsing.next();
    if (!step.value.ok) return damaged(file);
    const { fetchedAtMs, publicKey } = head;
    return { kind: 'found', data: { ...step.value.data, fetchedAtMs }, publicKey };
  } catch {
    return damaged(file);
  }
}

/** Replaces the file as a whole. Throws the system's error. */
export function keepPrices(
  folder: string,
  kept: { data: PriceTableData; publicKey: string; fetchedAtMs: number },
): void {
  const { source, date, providers } = kept.data;
  const text = JSON.stringify({ source, date, providers });
  const { publicKey, fetchedAtMs } = kept;
  const head: z.infer<typeof header> = { format: FORMAT, sha256: sha256(text), publicKey, fetchedAtMs };
  writePrivateFile(join(folder, FILE), `${JSON.stringify(head)}\n${text}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function damaged(file: string): KeptPrices {
  const sentence = `The price table ${file} is damaged or cannot be read, so the one that came with Pointsman is used. The next price refresh replaces it.`;
  return { kind: 'damaged', sentence };
}
