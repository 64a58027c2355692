import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src-main/engine/**/*.ts', 'src-shared/**/*.ts'],
      reporter: ['text-summary', 'lcovonly'],
      thresholds: { lines: 90 },
    },
  },
});
