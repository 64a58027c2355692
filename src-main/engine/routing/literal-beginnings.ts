/** What a pattern has matched so far, and whether what follows is known letter by letter. */
interface Beginning {
  text: string;
  isOpen: boolean;
}

const NOTHING: Beginning = { text: '', isOpen: true };
/**
 * One piece: a class of letters, a group, `\p{…}`, an escaped sign, any character, a plain one; or plain ones up to that which
 * has a quantifier.
 */
const PIECE =
  /\[([^\]^-]+)\]|\(\?:|\\(p\{\w+\})|\\([^\w])|(\.)|((?:[^\\[\](){}|?*+.^$](?![?*+{]))+|[^\\[\](){}|?*+.^$])/y;
const QUANTIFIER = /\?|\*|\+|\{\d+,\d*\}/y;

/**
 * The literal texts with one of which everything begins that the pattern matches: `sol(?:v|ut)e|\p{L}+ sum` has "solve",
 * "solute" and "".
 * Knows what the cue patterns are made of: alternatives, `(?:…)`, `[…]` without ranges, `?`, `*`, `+`, `{…}`, `\p{…}`, `.`.
 */
export function literalBeginnings(pattern: string): string[] {
  const { beginnings, end } = readAlternatives(pattern, 0);
  if (end !== pattern.length) throw new Error(`cannot read ${pattern.slice(end)}`);
  return [...new Set(beginnings.map(({ text }) => text))];
}

function readAlternatives(pattern: string, start: number): { beginnings: Beginning[]; end: number } {
  const finished: Beginning[] = [];
  let current = [NOTHING];
  let at = start;
  while (at < pattern.length && pattern[at] !== ')') {
    if (pattern[at] === '|') {
      finished.push(...current);
      current = [NOTHING];
      at += 1;
      continue;
    }
    const piece = readPiece(pattern, at);
    current = current.flatMap((before) => (before.isOpen ? piece.choices.map((next) => join(before, next)) : [before]));
    at = piece.end;
  }
  return { beginnings: [...finished, ...current], end: at };
}

function join(before: Beginning, next: Beginning): Beginning {
  return { text: before.text + next.text, isOpen: next.isOpen };
}

function readPiece(pattern: string, start: number): { choices: Beginning[]; end: number } {
  PIECE.lastIndex = start;
  const [whole, letters, property, escaped, any, plain] = PIECE.exec(pattern) ?? [];
  if (whole === undefined) throw new Error(`cannot read ${pattern.slice(start)}`);
  let end = start + whole.length;
  let choices: Beginning[];
  if (property !== undefined || any !== undefined) choices = [{ text: '', isOpen: false }];
  else if (whole === '(?:') {
    const group = readAlternatives(pattern, end);
    choices = group.beginnings;
    end = group.end + 1;
  } else choices = Array.from(letters ?? [escaped ?? plain ?? ''], (text) => ({ text, isOpen: true }));
  QUANTIFIER.lastIndex = end;
  const [quantifier] = QUANTIFIER.exec(pattern) ?? [];
  if (quantifier === undefined) return { choices, end };
  end += quantifier.length;
  if (quantifier === '?') return { choices: [NOTHING, ...choices], end };
  // Repeated: known up to here.
  return { choices: quantifier === '+' ? choices.map(close) : [{ text: '', isOpen: false }], end };
}

function close({ text }: Beginning): Beginning {
  return { text, isOpen: false };
}
