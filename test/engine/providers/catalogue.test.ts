import { findProvider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import {
  entryOfBaseUrl,
  findCatalogueEntry,
  placeholdersOf,
  readCatalogue,
} from '../../../src-main/engine/providers/catalogue.ts';

const entries = readCatalogue();
const cloud = entries.filter((entry) => entry.track === 'cloud');
const local = entries.filter((entry) => entry.track === 'local');

describe('the provider catalogue', () => {
  it('has at least 28 cloud providers and the known local servers', () => {
    expect(cloud.length).toBeGreaterThanOrEqual(28);
    expect(local.map((entry) => new URL(entry.baseUrl).port)).toEqual(['1234', '8080', '8000', '1337', '5001']);
  });

  it('gives every provider an id of its own', () => {
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  it('reaches cloud providers by https only, and local ones on this machine', () => {
    expect(cloud.filter((entry) => !entry.baseUrl.startsWith('https://'))).toEqual([]);
    expect(local.filter((entry) => !entry.baseUrl.startsWith('http://127.0.0.1:'))).toEqual([]);
  });

  it('wants a key and knows its environment variable wherever the track is cloud', () => {
    expect(cloud.filter((entry) => entry.auth === 'none' || entry.keyVariable === null)).toEqual([]);
  });

  it('has no base URL with a final slash, query or path of a single call', () => {
    expect(entries.filter((entry) => /\/$|\?|chat\/completions$/.test(entry.baseUrl))).toEqual([]);
  });

  it('leaves placeholders only where each account has an address of its own', () => {
    const open = entries.filter((entry) => placeholdersOf(entry.baseUrl).length > 0).map((entry) => entry.id);
    expect(open).toEqual(['azure', 'bedrock', 'cloudflare']);
  });

  it('names only price table ids that the price table has', () => {
    const priced = entries.flatMap((entry) => entry.pricesId ?? []);
    expect(priced.length).toBeGreaterThan(15);
    expect(priced.filter((providerId) => findProvider({ providerId }) === undefined)).toEqual([]);
  });

  it('is found again by the base URL of each entry, placeholders filled in', () => {
    for (const entry of entries) {
      const filled = entry.baseUrl.replace(/\{[a-z]+\}/g, 'my-own-1');
      expect(entryOfBaseUrl(`${filled}/`)?.id).toBe(entry.id);
    }
    expect(entryOfBaseUrl('https://api.example.com/v1')).toBeNull();
    expect(entryOfBaseUrl('https://evil.example/x.openai.azure.com/openai/v1')).toBeNull();
  });

  it('finds an entry by id, and nothing for an id it does not have', () => {
    expect(findCatalogueEntry('groq')?.name).toBe('Groq');
    expect(findCatalogueEntry('groqq')).toBeNull();
  });
});
