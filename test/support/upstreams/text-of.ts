import type { JsonValue } from '../../../src-main/engine/protocols/json.ts';

/** A JSON value as text: strings as they are, everything else in JSON, absent as ''. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
