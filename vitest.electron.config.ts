import { defineConfig } from 'vitest/config';

/**
 * The built application in real Electron; see test/electron. Skipped, and said so, where there is no Electron binary or no
 * display (under Linux without one: `xvfb-run --auto-servernum npm run test:electron`, with a session bus).
 */
export default defineConfig({
  test: {
    include: ['test/electron/**/*.e2e.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
