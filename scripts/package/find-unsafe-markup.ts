const RULES: readonly (readonly [rule: RegExp, problem: string])[] = [
  [/<script(?![^>]*\ssrc=)[^>]*>/gi, 'a script within the page'],
  [/<style[\s>]/gi, 'styles within the page'],
  [/<[^>]+\sstyle\s*=/gi, 'a style attribute'],
  [/<[^>]+\son[a-z]+\s*=/gi, 'an event handler attribute'],
  [/(?:src|href|action|content)\s*=\s*["']?\s*javascript:/gi, 'a javascript: address'],
  [/(?:src|href)\s*=\s*["']?\s*(?:https?:)?\/\//gi, 'something from another host'],
  [/(?:src|href)\s*=\s*["']?\s*data:/gi, 'a data: address'],
  [/<(?:object|embed|iframe|frame|base|applet)[\s>]/gi, 'an embedded document or another base address'],
];

/** What of a built page the policy `default-src 'none'; script-src 'self'; style-src 'self'` would refuse; in sentences. */
export function findUnsafeMarkup(html: string): string[] {
  const bare = html.replaceAll(/<!--[\s\S]*?-->/g, '');
  return RULES.flatMap(([rule, problem]) =>
    [...bare.matchAll(rule)].map(([match]) => `${problem}: ${match.slice(0, 80)}`),
  );
}
