/** Prints rows under headings, columns as wide as their longest cell; numbers are given as text, right-aligned by `>`. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const names = headings.map((heading) => heading.replace(/^>/, ''));
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return headings[column]?.startsWith('>') === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  console.log(line(names));
  for (const row of rows) console.log(line(row));
}

/** USD with as many digits as a small sum needs; unknown is said, never zero. */
export function usd(amount: number | null): string {
  if (amount === null) return 'unknown';
  return amount === 0 ? '$0' : `$${amount.toFixed(amount < 0.01 ? 6 : amount < 1 ? 4 : 2)}`;
}
