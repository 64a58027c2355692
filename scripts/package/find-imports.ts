import { parseSync } from 'vite';

/** A module that a file asks for. `optional`: it is asked for where a failure is caught. */
export interface Import {
  specifier: string;
  optional: boolean;
}

type Node = Readonly<Record<string, unknown>> & { type: string };

/** Every module that a bundled file names: imports, re-exports, dynamic imports, `require`, and `new URL(…, import.meta.url)`. */
export function findImports({ name, source }: { name: string; source: string }): Import[] {
  const found: Import[] = [];
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name} cannot be read: ${errors[0]?.message ?? ''}`);
  visit({ value: program, optional: false, found });
  return found;
}

function visit(at: { value: unknown; optional: boolean; found: Import[] }): void {
  const { value, optional, found } = at;
  if (Array.isArray(value)) {
    for (const each of value) visit({ value: each, optional, found });
    return;
  }
  if (!isNode(value)) return;
  const specifier = specifierOf(value);
  if (specifier !== null) found.push({ specifier, optional });
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== 'object' || child === null) continue;
    visit({ value: child, optional: optional || (value.type === 'TryStatement' && key === 'block'), found });
  }
}

/** null: the node names no module, or one that is only known when it runs. */
function specifierOf(node: Node): string | null {
  if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type) || node.type === 'ImportExpression') {
    return textOf(node.source);
  }
  const [first, second] = Array.isArray(node.arguments) ? (node.arguments as unknown[]) : [];
  const callee = isNode(node.callee) ? node.callee.name : undefined;
  if (node.type === 'CallExpression' && (callee === 'require' || callee === '__require')) return textOf(first);
  const address = node.type === 'NewExpression' && callee === 'URL' && isOwnAddress(second) ? textOf(first) : null;
  return address === null || /^(?:[a-z]+:|[./])/i.test(address) ? address : `./${address}`;
}

function isOwnAddress(node: unknown): boolean {
  return isNode(node) && node.type === 'MemberExpression' && isNode(node.object) && node.object.type === 'MetaProperty';
}

function textOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
