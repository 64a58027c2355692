import type { Endpoint } from '../../routing/endpoint.ts';

/** Weights beyond this share of all memory would push everything else out. */
const MEMORY_SHARE = 0.8;

/** The local models that can be measured: those that write texts and fit into this machine; the lightest first. */
export function chooseModels(
  endpoints: readonly Endpoint[],
  memory: { memoryTotalBytes: number | null; gpuMemoryTotalBytes: number | null },
): readonly Endpoint[] {
  const { memoryTotalBytes, gpuMemoryTotalBytes } = memory;
  const mostBytes =
    memoryTotalBytes === null ? Infinity : MEMORY_SHARE * (memoryTotalBytes + (gpuMemoryTotalBytes ?? 0));
  return endpoints
    .filter(({ track, capabilities: { text, embeddings } }) => {
      const isForVectors = text === null && embeddings === true;
      return track === 'local' && text !== false && !isForVectors;
    })
    .filter(({ sizeBytes }) => sizeBytes === null || sizeBytes <= mostBytes)
    .toSorted((one, other) => (one.sizeBytes ?? Infinity) - (other.sizeBytes ?? Infinity));
}
