import { hkdfSync } from 'node:crypto';
import type { KeptRow } from '../../store/kept-prompt-table.ts';
import { NONCE_BYTES, seal, unseal } from './seal.ts';
import type { VaultKey } from './vault-key.ts';

/**
 * The key to what jobs keep beside a prompt. It is made of the vault's and of the random nonce that only the prompt's row
 * holds: with the row it is gone, wherever what it sealed still lies (RFC 5869).
 */
export function keyBeside({ requestId, nonce }: KeptRow, key: VaultKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key.bytes, nonce, `beside ${requestId}`, 32));
}

/** Text in base64: nonce, what was sealed, tag. */
export function sealBeside(text: string, how: { key: Uint8Array; requestId: string; nonce: Uint8Array }): string {
  const { key, requestId, nonce } = how;
  const sealed = seal(text, { key, nonce, for: { requestId, isPrivate: true } });
  return Buffer.concat([nonce, sealed]).toString('base64');
}

/** null: another key, or it was changed. */
export function unsealBeside(
  sealed: string,
  { key, requestId }: { key: Uint8Array; requestId: string },
): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  return unseal(bytes.subarray(NONCE_BYTES), { key, nonce, for: { requestId, isPrivate: true } });
}
