/** Room for one scaled prompt, used over and over. Only the first `length` places count. */
export interface SparseVector {
  length: number;
  /** Hashes of grams; each table folds them to its own size. */
  readonly grams: Uint32Array;
  readonly values: Float32Array;
  /** Beside the text: form and a constant 1 at the end. */
  readonly dense: Float32Array;
}

export function createSparseVector(size: { grams: number; dense: number }): SparseVector {
  return {
    length: 0,
    grams: new Uint32Array(size.grams),
    values: new Float32Array(size.grams),
    dense: new Float32Array(size.dense),
  };
}
