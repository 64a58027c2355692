import { closingQuote } from './closing-quote.ts';

/** V8's complaints that name a place; all others quote a piece of the text, which may be a prompt. */
const PLACED = /^[^"]* JSON at position \d+ \(line \d+ column \d+\)$/;
const AT_THE_END = 'Unexpected end of JSON input';

/** Says where a text that JSON.parse refused stops being JSON, without quoting it: answers and records keep no prompt. */
export function describeJsonError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message === AT_THE_END || PLACED.test(message)) return message;
  return `a value is missing or misspelt at ${placeOf(text, findMissingValue(text))}`;
}

const BARE_VALUE = /true|false|null|-?\d[\d.eE+-]*/y;

/** The first place where a value should begin and none does. All before it is taken to be JSON: V8 found no fault there. */
function findMissingValue(text: string): number {
  const open: string[] = [];
  let before = ':';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === ' ' || sign === '\n' || sign === '\r' || sign === '\t') continue;
    const isDue = before === ':' || before === '[' || (before === ',' && open.at(-1) === '[');
    const closes = sign === ']' || sign === '}';
    if (sign === '"') at = closingQuote(text, at);
    else if (sign === '[' || sign === '{') open.push(sign);
    else if (closes && (!isDue || before + sign === '[]')) open.pop();
    else if (isDue || (sign !== ',' && sign !== ':')) {
      BARE_VALUE.lastIndex = at;
      if (!BARE_VALUE.test(text)) return at;
      at = BARE_VALUE.lastIndex - 1;
    }
    before = sign;
  }
  return text.length;
}

function placeOf(text: string, at: number): string {
  const lineStart = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) line += 1;
  return `line ${line} column ${at - lineStart + 1}`;
}
