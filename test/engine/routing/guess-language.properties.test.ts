import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guessLanguage, STOP_WORDS } from '../../../src-main/engine/routing/guess-language.ts';

/** The rule for texts without foreign scripts, as plainly as it can be written. */
function bySplitting(text: string): string | null {
  const words = text
    .slice(0, 200)
    .toLowerCase()
    .split(/[^a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u00aa\u00b5\u00ba]+/u);
  const counts = Object.entries(STOP_WORDS).map(([language, list]) => {
    const stopWords = list.split(' ');
    return { language, count: words.filter((word) => word !== '' && stopWords.includes(word)).length };
  });
  const most = Math.max(...counts.map(({ count }) => count));
  const [first, ...others] = counts.filter(({ count }) => count === most);
  return most < 2 || others.length > 0 ? null : (first?.language ?? null);
}

test('a language is that of most stop words, whatever stands between them', () => {
  const stopWords = Object.values(STOP_WORDS).flatMap((list) => list.split(' '));
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...stopWords) },
    fc.constantFrom(...stopWords).map((each) => each.toUpperCase()),
    fc.constantFrom(...stopWords).map((each) => each.slice(1)),
    fc.constantFrom('\u0130', '\u212a', 'de\u0307', 'x', 'ﬁ', 'ß', '7', '€', '𝒜'),
  );
  const border = fc.constantFrom(' ', ' ', ' ', ', ', '\n', '’', '—', '×', '', 'à', '1', '\u3000');
  const text = fc.array(fc.tuple(word, border)).map((pieces) => pieces.flat().join(''));
  let told = 0;
  fc.assert(
    fc.property(text, (each) => {
      const language = guessLanguage(each);
      if (language !== null) told += 1;
      expect(language).toBe(bySplitting(each));
    }),
    { numRuns: 3_000 },
  );
  expect(told).toBeGreaterThan(500);
});
