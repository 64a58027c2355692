const BLOCKS = Array.from('▁▂▃▄▅▆▇█');
/** For terminals and pipes that cannot show blocks. */
const ASCII = Array.from('_.-=+*#@');

/** One sign for each value, as high as its share of the highest; nothing at all is a blank. */
export function sparkline(values: readonly number[], options: { unicode: boolean }): string {
  const signs = options.unicode ? BLOCKS : ASCII;
  const highest = Math.max(...values);
  return values
    .map((value) => {
      if (!(value > 0)) return ' ';
      return signs[Math.min(signs.length - 1, Math.floor((value / highest) * signs.length))] ?? '';
    })
    .join('');
}

/** Whether what is printed may be Unicode: by the locale, on Windows by the terminals that can, on a Mac unless a locale says no. */
export function speaksUnicode(environment: Readonly<Record<string, string | undefined>>, platform: string): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  // POSIX: the first that is set and not empty decides.
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  if (/utf-?8/i.test(locale)) return true;
  if (platform === 'win32') return environment.WT_SESSION !== undefined || environment.TERM_PROGRAM === 'vscode';
  return platform === 'darwin' && locale === '';
}
