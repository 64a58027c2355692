/** The value of a table's own key. Keys from outside may be names that every object inherits, such as "constructor". */
export function lookUp<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
