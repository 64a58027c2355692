import type { Random } from '../ports.ts';

/**
 * Uniform draws in [0, 1) for exploring: sfc32 (Doty-Humphrey, PractRand), seeded once by the port. Naming things is the
 * port's own business; these only have to be quick and even.
 */
export function createUniformDraws(random: Random): () => number {
  const seed = new DataView(Uint8Array.from(random.bytes(16)).buffer);
  let a = seed.getUint32(0);
  let b = seed.getUint32(4);
  let c = seed.getUint32(8);
  let counter = seed.getUint32(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
}
