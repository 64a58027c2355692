type Defined<Source> = { [Key in keyof Source]?: Exclude<Source[Key], undefined> };

/** The object without the keys that hold undefined: what a client did not say is an absent key, never a default. */
export function omitUndefined<Source extends object>(source: Source): Defined<Source> {
  const defined: Defined<Source> = {};
  for (const key in source) {
    const value = source[key];
    if (value !== undefined) defined[key] = value as Defined<Source>[typeof key];
  }
  return defined;
}
