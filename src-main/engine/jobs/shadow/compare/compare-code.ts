import { bad, good, undecided, type Comparison } from './answer-of.ts';
import { readCodeBlocks, type CodeBlock } from './code-blocks.ts';
import { whyNotCode } from './why-not-code.ts';

/**
 * Conclusive where the code is the same but for blank space, and where code that was asked for cannot be code at all while the
 * accepted one can. Whether other code does the same is for a judge: nothing is run here.
 */
export function compareCode(answers: { accepted: string; local: string }): Comparison {
  const accepted = readCodeBlocks(answers.accepted);
  const local = readCodeBlocks(answers.local);
  if (accepted.length === 0) return undecided('no code was accepted');
  const wrong = local.flatMap((block) => whyNotBlock(block, accepted) ?? []);
  if (wrong[0] !== undefined && accepted.every((block) => block.closed && whyNotCode(block) === null))
    return bad(wrong[0]);
  if (local.length !== accepted.length) return undecided('it has more or less code');
  return accepted.every((block, at) => isSameCode(block.code, local[at]?.code ?? ''))
    ? good('it wrote the same code')
    : undecided('it wrote other code');
}

/** A block without a language is taken for what the accepted answer wrote, if that is one language. */
function whyNotBlock(block: CodeBlock, accepted: readonly CodeBlock[]): string | null {
  const [language, ...others] = new Set(accepted.map((each) => each.language));
  const named = block.language === '' && others.length === 0 ? { ...block, language: language ?? '' } : block;
  return whyNotCode(named);
}

/** Blank lines, blanks at ends of lines and the common indentation do not count. Symmetric. */
export function isSameCode(one: string, other: string): boolean {
  const code = plainCode(one);
  return code !== '' && code === plainCode(other);
}

function plainCode(code: string): string {
  const lines = code
    .split('\n')
    .map((line) => line.replaceAll('\t', '    ').trimEnd())
    .filter((line) => line !== '');
  const indents = lines.map((line) => line.length - line.trimStart().length);
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common)).join('\n');
}
