import type { FormatName } from './chat-request.ts';

/** The one field that holds visible text in a format's stream, where there is such a one. */
const TEXT_FIELDS: Readonly<Partial<Record<FormatName, RegExp>>> = {
  'openai-chat': fieldOf('content'),
  'openai-completions': fieldOf('text'),
  'ollama-chat': fieldOf('content'),
  'ollama-generate': fieldOf('response'),
  'anthropic-messages': fieldOf('text'),
};

/** A string field: its quotes cannot stand inside another string, where they would be escaped. */
function fieldOf(name: string): RegExp {
  return new RegExp(String.raw`"${name}"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")`, 'g');
}

/**
 * The visible text in the frames of a stream, found without reading them: a fifth of what reading costs, and good enough
 * for an opinion on a plain answer. null: this format has no single field for it.
 */
export function glanceText(format: FormatName, frames: string): string | null {
  const field = TEXT_FIELDS[format];
  if (field === undefined) return null;
  let text = '';
  for (const [, quoted = '""'] of frames.matchAll(field)) text += unquoted(quoted);
  return text;
}

/** True when `glanceText` knows the format. */
export function canGlance(format: FormatName): boolean {
  return TEXT_FIELDS[format] !== undefined;
}

function unquoted(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
