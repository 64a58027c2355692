const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
];

/** "45 s", "10 min", "2 h 5 min": the two largest units, rounded down. */
export function durationInWords(durationMs: number): string {
  const first = UNITS.findIndex(({ ms }) => durationMs >= ms);
  if (first < 0) return '0 s';
  let rest = durationMs;
  const words = UNITS.slice(first, first + 2).map(({ name, ms }) => {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    return count === 0 ? '' : `${count} ${name}`;
  });
  return words.filter((word) => word !== '').join(' ');
}
