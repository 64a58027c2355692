import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const nodeBuiltins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

/** One build for everything that runs under Node: the command line with the engine, and the store's worker. */
export default defineConfig({
  build: {
    target: 'node24',
    outDir: 'dist',
    ssr: true,
    sourcemap: true,
    rolldownOptions: {
      input: {
        cli: 'src-main/cli/main.ts',
        'checkpoint-worker': 'src-main/engine/store/checkpoint-worker.ts',
      },
      external: [...nodeBuiltins, 'better-sqlite3'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['better-sqlite3'] },
});
