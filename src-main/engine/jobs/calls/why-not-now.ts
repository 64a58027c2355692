import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobCallerParts } from './job-caller-parts.ts';
import type { OwnModels } from './own-models.ts';

/** A model's weights are not all that it needs. */
const ROOM_FACTOR = 1.2;

/**
 * Why this endpoint is not asked now although it may be; null: nothing is in the way. The person's own requests go first,
 * and a model of theirs is not pushed out of memory for one of ours.
 */
export function whyNotNow(
  {
    registry,
    lanes,
    machine,
    own,
  }: Pick<JobCallerParts, 'registry' | 'lanes' | 'machine'> & { own: Pick<OwnModels, 'has'> },
  endpoint: Endpoint,
): string | null {
  const { id, track, sizeBytes, loaded } = endpoint;
  const blocked = registry.whyBlocked(endpoint) ?? lanes.whyBlocked(id);
  if (blocked !== null) return `${id} was not asked: ${blocked}.`;
  if (track === 'cloud') return null;
  const queue = lanes.find(id)?.queue;
  if (queue !== undefined && queue.active + queue.waiting > 0) return `${id} was not asked: your own requests use it.`;
  if (loaded !== false || sizeBytes === null) return null;
  const others = registry
    .snapshot()
    .endpoints.filter((each) => each.track === 'local' && each.loaded === true && !own.has(each.id));
  const { gpuMemoryFreeBytes, memoryFreeBytes } = machine();
  const freeBytes = Math.max(gpuMemoryFreeBytes ?? 0, memoryFreeBytes ?? Infinity);
  if (others.length === 0 || sizeBytes * ROOM_FACTOR <= freeBytes) return null;
  return `${id} was not asked: there is no room for it beside ${others.map((each) => each.id).join(', ')}.`;
}
