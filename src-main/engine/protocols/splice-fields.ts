import { lookUp } from './look-up.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/**
 * Sets top-level fields of a JSON object in its text and leaves every other byte as the client wrote it: number forms,
 * key order and white space survive. `fields` maps names to JSON text. A field that stands there more than once is set
 * everywhere; one that is absent is put in front. `text` must be a valid JSON object.
 */
export function spliceFields(text: string, fields: Readonly<Record<string, string>>): string {
  const missing = Object.keys(fields);
  let out = '';
  let copied = 0;
  let keyStart = text.indexOf('"', text.indexOf('{'));
  while (keyStart !== -1) {
    const keyEnd = stringEnd(text, keyStart);
    const start = text.indexOf(':', keyEnd) + 1;
    const end = valueEnd(text, start);
    const name = keyText(text, keyStart, keyEnd);
    const value = lookUp(fields, name);
    if (value !== undefined) {
      out += text.slice(copied, start) + value;
      copied = end;
      const at = missing.indexOf(name);
      if (at !== -1) missing.splice(at, 1);
    }
    keyStart = text.charCodeAt(end) === COMMA ? text.indexOf('"', end) : -1;
  }
  out += text.slice(copied);
  return missing.length === 0 ? out : prepend(out, missing, fields);
}

function prepend(text: string, names: readonly string[], fields: Readonly<Record<string, string>>): string {
  const open = text.indexOf('{') + 1;
  const added = names.map((name) => `${JSON.stringify(name)}:${fields[name] ?? 'null'}`).join(',');
  const comma = /^\s*\}/.test(text.slice(open)) ? '' : ',';
  return `${text.slice(0, open)}${added}${comma}${text.slice(open)}`;
}

/** A key's name; only one that is written with escapes must be parsed. */
function keyText(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  return name.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : name;
}

/** Index of the comma or brace behind the value that begins at `start`. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (code === COMMA && depth === 0) return at;
  }
  return text.length;
}

/** Index behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
