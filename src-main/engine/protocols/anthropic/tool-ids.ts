/**
 * Makes tool call ids acceptable to Anthropic (`^[a-zA-Z0-9_-]+$`), the same in calls and results of one request, and
 * keeps different ids different.
 */
export class ToolIds {
  readonly #printed = new Map<string, string>();
  readonly #taken = new Set<string>();

  print(id: string): string {
    const known = this.#printed.get(id);
    if (known !== undefined) return known;
    const clean = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let printed = clean;
    for (let count = 2; this.#taken.has(printed); count += 1) printed = `${clean}_${count}`;
    this.#printed.set(id, printed);
    this.#taken.add(printed);
    return printed;
  }
}
