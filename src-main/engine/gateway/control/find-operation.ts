import { operations, type OperationName } from '../../../../src-shared/operations.ts';

export type FoundOperation =
  | { kind: 'operation'; name: OperationName; parameters: Readonly<Record<string, string>> }
  | { kind: 'wrong_method'; allow: string }
  | { kind: 'none' };

interface Template {
  name: OperationName;
  method: string;
  segments: readonly string[];
}

const NAMES = Object.keys(operations) as OperationName[];
/** Words before fields, so that `providers/refresh` is not the provider called refresh. */
const TEMPLATES: readonly Template[] = NAMES.map((name) => {
  const { method, path } = operations[name];
  return { name, method, segments: path.split('/') };
}).sort((one, other) => countFields(one) - countFields(other));

/** The operation at a path as the client wrote it: each segment is percent-decoded by itself, so that ids may hold slashes. */
export function findOperation(method: string, path: string): FoundOperation {
  const segments = path.split('/').map(decode);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allow = new Set<string>();
  for (const template of TEMPLATES) {
    const parameters = match(template, segments);
    if (parameters === null) continue;
    if (template.method === wanted) return { kind: 'operation', name: template.name, parameters };
    allow.add(template.method);
  }
  return allow.size === 0 ? { kind: 'none' } : { kind: 'wrong_method', allow: [...allow].join(', ') };
}

function match({ segments: wanted }: Template, given: readonly string[]): Record<string, string> | null {
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [place, segment] of wanted.entries()) {
    const value = given[place] ?? '';
    const field = fieldOf(segment);
    if (field === null && segment !== value) return null;
    if (field !== null) parameters[field] = value;
  }
  return parameters;
}

function fieldOf(segment: string): string | null {
  return segment.startsWith('{') ? segment.slice(1, -1) : null;
}

function countFields({ segments }: Template): number {
  return segments.filter((segment) => fieldOf(segment) !== null).length;
}

/** What is not percent-encoded as it should be is the name of nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
