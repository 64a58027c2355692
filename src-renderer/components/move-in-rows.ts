/** Arrows, Home and End move the focus between elements marked `data-row` that stand together. */
export function moveInRows(event: KeyboardEvent): void {
  const row = event.currentTarget;
  if (!(row instanceof HTMLElement)) return;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? [])];
  const to = targetOf(event.key, rows.indexOf(row), rows.length);
  if (to === null) return;
  event.preventDefault();
  rows[to]?.focus();
}

/** null: this key moves nothing. */
function targetOf(key: string, from: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(from + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(from - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}
