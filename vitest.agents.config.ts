import { defineConfig } from 'vitest/config';

/** Agents as they come from their makers, end to end; see test/agents. Each is skipped where it is not installed. */
export default defineConfig({
  test: {
    include: ['test/agents/**/*.opt-in.ts'],
    testTimeout: 180_000,
    hookTimeout: 30_000,
    // Agents want a core each, and opencode unpacks itself.
    fileParallelism: false,
  },
});
