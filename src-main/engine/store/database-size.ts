import type { Connection } from './database.ts';

export interface DatabaseSize {
  /** Of the file as it is once the write-ahead log is home. */
  bytes: number;
  /** Of them, those that hold something. */
  usedBytes: number;
  freePages: number;
  pageBytes: number;
}

export function databaseSize(connection: Connection): DatabaseSize {
  const read = (name: string) => Number(connection.pragma(name, { simple: true }));
  const pageBytes = read('page_size');
  const freePages = read('freelist_count');
  const bytes = read('page_count') * pageBytes;
  return { bytes, usedBytes: bytes - freePages * pageBytes, freePages, pageBytes };
}
