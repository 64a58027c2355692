const BYTES_PER_VALUE = 4;
/** Arguments of one String.fromCharCode call; far below the limit of the engine's stack. */
const SLICE = 8192;

/** Little-endian float32 in base64, the form in which OpenAI clients ask for vectors by default. */
export function toBase64Vector(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * BYTES_PER_VALUE));
  vector.forEach((value, index) => view.setFloat32(index * BYTES_PER_VALUE, value, true));
  let binary = '';
  for (let at = 0; at < view.byteLength; at += SLICE) {
    const length = Math.min(SLICE, view.byteLength - at);
    binary += String.fromCharCode(...new Uint8Array(view.buffer, at, length));
  }
  return btoa(binary);
}

/** The vector in such a text; null when the text is not base64 or not made of whole float32 values. */
export function parseBase64Vector(text: string): number[] | null {
  const bytes = decodeBase64(text);
  if (bytes === null || bytes.length % BYTES_PER_VALUE !== 0) return null;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / BYTES_PER_VALUE }, (_, index) =>
    view.getFloat32(index * BYTES_PER_VALUE, true),
  );
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
