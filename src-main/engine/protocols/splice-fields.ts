const QUOTE = 34;
const BACKSLASH = 92;
const OPENERS = new Set([91, 123]);
const CLOSERS = new Set([93, 125]);
const COMMA = 44;

/**
 * Sets top-level fields of a JSON object in its text and leaves every other byte as the client wrote it: number forms,
 * key order and white space survive. `fields` maps names to JSON text. A field that stands there more than once is set
 * everywhere; one that is absent is put in front. `text` must be a valid JSON object.
 */
export function spliceFields(text: string, fields: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(fields));
  let out = '';
  let copied = 0;
  for (const { name, start, end } of topLevelFields(text)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) continue;
    missing.delete(name);
    out += text.slice(copied, start) + value;
    copied = end;
  }
  out += text.slice(copied);
  if (missing.size === 0) return out;
  const open = out.indexOf('{') + 1;
  const added = [...missing].map((name) => `${JSON.stringify(name)}:${fields[name] ?? 'null'}`).join(',');
  const comma = /^\s*\}/.test(out.slice(open)) ? '' : ',';
  return `${out.slice(0, open)}${added}${comma}${out.slice(open)}`;
}

/** Name and value range of each field of the outermost object, in order. */
function* topLevelFields(text: string): Generator<{ name: string; start: number; end: number }> {
  let at = text.indexOf('{') + 1;
  for (;;) {
    const keyStart = text.indexOf('"', at);
    if (keyStart === -1) return;
    const keyEnd = stringEnd(text, keyStart);
    const start = text.indexOf(':', keyEnd) + 1;
    const end = valueEnd(text, start);
    yield { name: JSON.parse(text.slice(keyStart, keyEnd)) as string, start, end };
    if (text.charCodeAt(end) !== COMMA) return;
    at = end + 1;
  }
}

/** Index of the comma or brace behind the value that begins at `start`. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (OPENERS.has(code)) depth += 1;
    else if (CLOSERS.has(code)) {
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
