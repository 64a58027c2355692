import { expect } from 'vitest';

/** Stands in an expected value for any text that holds this one. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

/** Stands in an expected value for any text of this form. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
