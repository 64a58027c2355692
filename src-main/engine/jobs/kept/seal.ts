import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** As NIST SP 800-38D recommends for random ones; two prompts under one key never get near its limit of 2^32. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a sealed text belongs to: opened under any other name, or as anything but private, it is refused. */
export interface SealedFor {
  requestId: string;
  isPrivate: boolean;
}

/** Encrypts and authenticates; the tag is at the end. */
export function seal(text: string, how: { key: Uint8Array; nonce: Uint8Array; for: SealedFor }): Buffer<ArrayBuffer> {
  const cipher = createCipheriv(CIPHER, how.key, how.nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(how.for));
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** null: another key, another request, or not what was sealed. */
export function unseal(sealed: Uint8Array, how: { key: Uint8Array; nonce: Uint8Array; for: SealedFor }): string | null {
  if (sealed.length < TAG_BYTES || how.nonce.length !== NONCE_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, how.key, how.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(how.for));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const opened = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function boundTo({ requestId, isPrivate }: SealedFor): Uint8Array {
  return Buffer.from(`${isPrivate ? 'private' : 'open'} ${requestId}`, 'utf8');
}
