import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';

/** How a simulated judge errs. What is left of 1 in `missesBad` and `blamesGood` it sees. */
export type JudgeCharacter =
  | {
      kind: 'honest';
      /** Share of bad answers that it takes for as good. */
      missesBad: number;
      /** Share of good answers that it takes for worse. */
      blamesGood: number;
      /** Share of looks at which it says "first" whatever it sees. */
      leansFirst: number;
    }
  | { kind: 'first' | 'second' | 'longer' | 'coin' | 'mute' };

/** What the judge says of two answers. `isGood`: whether the one that is not accepted is as good. */
export function judgeAs(
  character: JudgeCharacter,
  look: { first: string; second: string; otherIsFirst: boolean; isGood: boolean; seed: number; topic: string },
): string {
  const said = wordOf(character, look);
  return said === '' ? 'Both have their merits.' : JSON.stringify({ verdict: said });
}

function wordOf(character: JudgeCharacter, look: Parameters<typeof judgeAs>[1]): string {
  const { first, second, otherIsFirst, isGood, seed, topic } = look;
  // The same texts look the same twice; where they stand is another matter.
  const other = otherIsFirst ? first : second;
  const byText = createSeededRandom('eye', seed, topic, other);
  const byPlace = createSeededRandom('place', seed, topic, other, String(otherIsFirst));
  switch (character.kind) {
    case 'first':
    case 'second':
      return character.kind;
    case 'longer':
      return first.length === second.length ? 'first' : first.length > second.length ? 'first' : 'second';
    case 'coin':
      return byPlace() < 0.5 ? 'first' : 'second';
    case 'mute':
      return '';
    case 'honest': {
      if (byPlace() < character.leansFirst) return 'first';
      const errs = byText() < (isGood ? character.blamesGood : character.missesBad);
      const seesGood = isGood !== errs;
      if (!seesGood) return otherIsFirst ? 'second' : 'first';
      return byText() < 0.7 ? 'same' : otherIsFirst ? 'first' : 'second';
    }
  }
}

/** The pieces of a judge's question, as `judge-question.ts` writes it; null: it is none. */
export function readJudgeQuestion(text: string): { request: string; first: string; second: string } | null {
  const found =
    /=== REQUEST (\w+) ===\n([\s\S]*?)\n=== END OF REQUEST \1 ===\n\n=== FIRST ANSWER \1 ===\n([\s\S]*?)\n=== END OF FIRST ANSWER \1 ===\n\n=== SECOND ANSWER \1 ===\n([\s\S]*?)\n=== END OF SECOND ANSWER \1 ===/u.exec(
      text,
    );
  if (found === null) return null;
  const [, , request = '', first = '', second = ''] = found;
  return { request, first, second };
}
