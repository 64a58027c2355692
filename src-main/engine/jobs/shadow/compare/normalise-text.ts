/**
 * The same words however they are set: case, spaces, kinds of quotes and dashes, Markdown's emphasis, headings and bullets, and
 * a full stop at the end do not count. Every other sign does, so that "-5" is not "5".
 */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/[“”„«»]/gu, '"')
    .replace(/[‘’‚]/gu, "'")
    .replace(/[‐‑−]/gu, '-')
    .replace(/\*\*|__|`/gu, '')
    .replace(/^[ \t]*(?:#{1,6}|[-*•])[ \t]+/gmu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[.!。]+$/u, '')
    .trim();
}

/** Word for word the same. Code is not compared by this: there case counts. */
export function isSameText(one: string, other: string): boolean {
  const text = normaliseText(one);
  return text !== '' && text === normaliseText(other);
}
