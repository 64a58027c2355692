import { createPublicKey, verify } from 'node:crypto';
import { promisify } from 'node:util';

const SIGNATURE_BYTES = 64;
const verifyOffLoop = promisify(verify);

/**
 * Is this the Ed25519 signature (RFC 8032) of exactly these bytes by this key? The key is raw in base64; the signature raw,
 * or in base64. Checked off the event loop.
 */
export async function verifySignature(signed: {
  bytes: Uint8Array;
  signature: Uint8Array;
  publicKey: string;
}): Promise<boolean> {
  const signature = toRaw(signed.signature);
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    const x = Buffer.from(signed.publicKey, 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return await verifyOffLoop(null, signed.bytes, key, signature);
  } catch {
    // Not every 32 bytes are a key.
    return false;
  }
}

function toRaw(signature: Uint8Array): Uint8Array {
  if (signature.length === SIGNATURE_BYTES) return signature;
  return Buffer.from(Buffer.from(signature).toString('latin1').trim(), 'base64');
}
