export interface CodeBlock {
  /** As written behind the fence, lower case; empty: none. */
  language: string;
  code: string;
  /** Its fence is closed. */
  closed: boolean;
}

/** What stands between fences of backticks. */
export function readCodeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; fence: string; lines: string[] } | null = null;
  for (const line of text.split('\n')) {
    const fence = /^[ \t]*(`{3,})([^`]*)$/u.exec(line);
    if (open === null) {
      if (fence !== null) open = { language: (fence[2] ?? '').trim().toLowerCase(), fence: fence[1] ?? '', lines: [] };
    } else if (fence !== null && fence[2]?.trim() === '' && (fence[1] ?? '').length >= open.fence.length) {
      blocks.push({ language: open.language, code: open.lines.join('\n'), closed: true });
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) blocks.push({ language: open.language, code: open.lines.join('\n'), closed: false });
  return blocks;
}
