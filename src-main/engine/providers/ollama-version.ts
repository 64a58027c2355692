/** First version without CVE-2026-7482 (out-of-bounds read through a crafted model file). */
const FIRST_SAFE = [0, 17, 1] as const;

/** True for versions with a known hole; false for those that cannot be read: a warning must be true. */
export function isUnsafeOllama(version: string): boolean {
  const [, ...numbers] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  // Builds from source call themselves 0.0.0, however new they are.
  if (numbers.length < FIRST_SAFE.length || numbers.every((number) => number === '0')) return false;
  for (const [place, safe] of FIRST_SAFE.entries()) {
    const number = Number(numbers[place]);
    if (number !== safe) return number < safe;
  }
  // 0.17.1-rc1 came before 0.17.1.
  return version.includes('-rc');
}
