import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CueFinder, HAS_FAR_UNIT } from '../../../src-main/engine/routing/cue-finder.ts';
import { MACHINE_UNITS } from '../../../src-main/engine/routing/letter-machine.ts';
import { literalBeginnings } from '../../../src-main/engine/routing/literal-beginnings.ts';
import { WORD_CUES } from '../../../src-main/engine/routing/task-cues.ts';

const patterns = Object.values(WORD_CUES);
const regexps = patterns.map((pattern) => new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'u'));
const finder = new CueFinder(patterns);
const cues = patterns.flatMap(literalBeginnings);

/** Beginnings of cues, their ends and endings, in any case, with borders of all kinds between. */
const woven = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...cues) },
      fc.tuple(fc.constantFrom(...cues), fc.nat(12)).map(([cue, length]) => cue.slice(0, length)),
      fc.constantFrom(...cues).map((cue) => cue.toUpperCase()),
      fc.constantFrom(...cues).map((cue) => cue.replaceAll('k', '\u212a').replaceAll('i', '\u0130')),
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ' ',
          '',
          '\n',
          '. ',
          '’',
          '_',
          '-',
          '+',
          '#',
          '?',
          '１',
          '7',
          'x',
          'é',
          'ł',
          '\u0307',
          '𝒜',
          '文',
          'ß',
          'İ',
          'ZUSAMMEN',
        ),
      },
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('the finder of cues', () => {
  test('misses no pattern that matches', () => {
    let matches = 0;
    fc.assert(
      fc.property(woven, (text) => {
        const found = finder.find(text);
        for (const [place, regexp] of regexps.entries()) {
          if (!regexp.test(text.toLowerCase())) continue;
          matches += 1;
          expect(found & (1 << place)).not.toBe(0);
        }
        if (/[\u0400-\uffff]/.test(text.toLowerCase())) expect(found).toBeGreaterThanOrEqual(HAS_FAR_UNIT);
      }),
      { numRuns: 3_000 },
    );
    expect(matches).toBeGreaterThan(500);
  });

  test('finds every beginning of a cue, where a word begins', () => {
    for (const [place, pattern] of patterns.entries()) {
      for (const cue of literalBeginnings(pattern)) {
        for (const text of [cue, `in ${cue}`, `(${cue.toUpperCase()})`, `functions ${cue}`]) {
          expect(finder.find(text) & (1 << place)).not.toBe(0);
        }
      }
    }
  });

  test('spares the patterns that cannot match', () => {
    expect(finder.find('The function below reads a file in each case, and what is the smallest change?')).toBe(0);
    expect(finder.find('rewriter9write tencode 3sql')).toBe(1 << patterns.indexOf(WORD_CUES.write));
    expect(() => new CueFinder(['a|\\p{L}+ly'])).toThrow('anything');
  });

  test('need not look further than it does for lower case', () => {
    for (let unit = 0; unit < 0x1_0000; unit++) {
      const lower = String.fromCharCode(unit).toLowerCase();
      if (unit >= MACHINE_UNITS) expect(/[\0-\u017f]/.test(lower)).toBe(false);
      else expect(lower.length).toBe(unit === 0x130 ? 2 : 1);
    }
  });
});

describe('the literal beginnings of a pattern', () => {
  test.each([
    ['solve', ['solve']],
    ['summari[sz]e|tl;?dr', ['summarise', 'summarize', 'tldr', 'tl;dr']],
    ['in(?:to)? (?:one|a few) days', ['in one days', 'in a few days', 'into one days', 'into a few days']],
    ['fass\\p{L}* .{0,40}zusammen|c\\+\\+', ['fass', 'c++']],
    ['(?:ab)+c|x*y', ['ab', '']],
  ])('%s', (pattern, beginnings) => {
    expect(literalBeginnings(pattern)).toEqual(beginnings);
  });

  test.each(['^a', 'a(?!b)', 'a)b', '\\bcode', '[a', '[^a]', '[a-z]'])('are not known of %s', (pattern) => {
    expect(() => literalBeginnings(pattern)).toThrow('cannot read');
  });
});
