type Defined<Source> = { [Key in keyof Source]?: Exclude<Source[Key], undefined> };

/** The object without the keys that hold undefined: what a client did not say is an absent key, never a default. */
export function omitUndefined<Source extends object>(source: Source): Defined<Source> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)) as Defined<Source>;
}
