type Defined<Source> = { [Key in keyof Source]?: Exclude<Source[Key], undefined> };

/** The object without the keys whose value is undefined: "the client did not say" is an absent key, never a default. */
export function omitUndefined<Source extends object>(source: Source): Defined<Source> {
  const entries = Object.entries(source).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<Source>;
}
