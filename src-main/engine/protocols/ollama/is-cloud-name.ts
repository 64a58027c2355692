/**
 * True for names that a local Ollama hands to its maker's cloud: `name:cloud`, or a tag that ends in `-cloud`, in any
 * case. `:local` at the end keeps any name on the machine.
 */
export function isCloudName(name: string): boolean {
  return /:(?:[^:/]*-)?cloud$/i.test(name);
}
