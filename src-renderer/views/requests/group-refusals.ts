/** `kind` is not kept with recorded requests. */
export interface Refusal {
  endpointId: string;
  why: string;
  kind?: 'cannot' | 'not_now' | 'may_not';
}
export interface RefusalGroup {
  /** As a sentence begins. */
  why: string;
  kind: 'cannot' | 'not_now' | 'may_not' | null;
  endpointIds: readonly string[];
}

/** Models by what ruled them out; what ruled out most comes first. */
export function groupRefusals(refusals: readonly Refusal[]): RefusalGroup[] {
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refusals) groups.set(refusal.why, [...(groups.get(refusal.why) ?? []), refusal]);
  return [...groups]
    .map(([why, members]) => ({
      why: why.charAt(0).toUpperCase() + why.slice(1),
      kind: members[0]?.kind ?? null,
      endpointIds: members.map(({ endpointId }) => endpointId),
    }))
    .sort((one, other) => other.endpointIds.length - one.endpointIds.length);
}
