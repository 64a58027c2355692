/** Elements of the view that others lead to. */
export const proposalElementId = (id: string) => `proposal-${id}`;
export const jobElementId = (name: string) => `job-${name}`;

/** Brings an element into sight and the focus to it. */
export function showElement(id: string): void {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'center' });
  element?.focus({ preventScroll: true });
}
