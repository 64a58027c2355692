/** What a judge said in one of the two orders; `unread`: nothing that can be understood. */
export type SaidVerdict = 'first' | 'second' | 'same' | 'unread';

const FIELD = /"verdict"\s*:\s*"(first|second|same)"/giu;
const BARE = /^[\s"'`*.]*(first|second|same)[\s"'`*.]*$/iu;

/** The field of the JSON, however it is wrapped, or the bare word. Several verdicts that differ are none. */
export function readVerdict(text: string): SaidVerdict {
  const said = new Set([...text.matchAll(FIELD)].map(([, word = '']) => word.toLowerCase()));
  const bare = BARE.exec(text)?.[1]?.toLowerCase();
  if (said.size === 0 && bare !== undefined) said.add(bare);
  const [verdict] = said;
  return said.size === 1 && (verdict === 'first' || verdict === 'second' || verdict === 'same') ? verdict : 'unread';
}
