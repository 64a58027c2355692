import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NONCE_BYTES, seal, unseal } from '../../../../src-main/engine/jobs/kept/seal.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const sealing = fc.record({
  text: fc.string({ unit: 'binary', maxLength: 300 }),
  key: bytes(32),
  nonce: bytes(NONCE_BYTES),
  for: fc.record({ requestId: fc.string({ minLength: 1 }), isPrivate: fc.boolean() }),
});

test('what was sealed opens with the same key, for the same request', () => {
  fc.assert(
    fc.property(sealing, ({ text, ...how }) => {
      expect(unseal(seal(text, how), how)).toBe(Buffer.from(text, 'utf8').toString('utf8'));
    }),
  );
});

test('it opens with no other key, no other nonce, for no other request and never as less private', () => {
  fc.assert(
    fc.property(sealing, fc.nat(31), fc.integer({ min: 1, max: 255 }), ({ text, ...how }, place, change) => {
      const sealed = seal(text, how);
      const changed = (of: Uint8Array) => of.map((byte, at) => (at === place % of.length ? byte ^ change : byte));
      const others = [
        { ...how, key: changed(how.key) },
        { ...how, nonce: changed(how.nonce) },
        { ...how, for: { ...how.for, requestId: `${how.for.requestId}1` } },
        { ...how, for: { ...how.for, isPrivate: !how.for.isPrivate } },
      ];
      expect(others.map((other) => unseal(sealed, other))).toEqual([null, null, null, null]);
      expect(unseal(changed(sealed), how)).toBeNull();
      expect(unseal(sealed.subarray(0, sealed.length - 1), how)).toBeNull();
    }),
  );
});

/** Test case 16 of the GCM specification (McGrew and Viega, 2005): AES-256 with additional data. */
test('the cipher is AES-256-GCM as it is specified', () => {
  const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
  const decipher = createDecipheriv(
    'aes-256-gcm',
    hex('feffe9928665731c6d6a8f9467308308'.repeat(2)),
    hex('cafebabefacedbaddecaf888'),
  );
  decipher.setAAD(hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'));
  decipher.setAuthTag(hex('76fc6ece0f4e1768cddf8853bb2d551b'));
  const sealed = hex(
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  );
  expect(Buffer.concat([decipher.update(sealed), decipher.final()]).toString('hex')).toBe(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
});
