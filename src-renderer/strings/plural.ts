const rules = new Intl.PluralRules('en');
const counts = new Intl.NumberFormat('en-US');

/** `plural(3, { one: '# request', other: '# requests' })` is `3 requests`; `#` stands for the number. */
export function plural(count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }): string {
  return (forms[rules.select(count)] ?? forms.other).replaceAll('#', counts.format(count));
}
