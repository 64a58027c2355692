const WIDTH = 20;

/** A bar of fixed width: `[########------------] 8/20`; only the count where the whole is not known. */
export function progressBar(done: number, total: number | null, unicode: boolean): string {
  if (total === null) return `${done} done`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const [on, off] = unicode ? ['█', '░'] : ['#', '-'];
  return `[${on.repeat(full)}${off.repeat(WIDTH - full)}] ${done}/${total}`;
}
