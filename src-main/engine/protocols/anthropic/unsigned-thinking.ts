/**
 * Signature of thinking blocks whose author signs nothing (Ollama, OpenAI): the format demands one. It is recognised
 * when the client sends the block back and taken off, because a real Anthropic answers 400 to a signature not its own.
 */
export const UNSIGNED = 'pointsman-unsigned';

/** The signature, or undefined for none and for ours. */
export function realSignature(signature: string | undefined): string | undefined {
  return signature === '' || signature === UNSIGNED ? undefined : signature;
}
