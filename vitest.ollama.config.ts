import { defineConfig } from 'vitest/config';

/** The suite of test/ollama against a real Ollama; skipped, and said so, where there is none. */
export default defineConfig({
  test: {
    include: ['test/ollama/real-ollama.opt-in.ts'],
    // The first answer waits for the model to be loaded.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
