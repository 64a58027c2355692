import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const nodeBuiltins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

/** CommonJS packages in the bundle ask for these. */
const COMMON_JS_NAMES = [
  "import { fileURLToPath as toPathOfBundle } from 'node:url';",
  'const __filename = toPathOfBundle(import.meta.url);',
  "const __dirname = toPathOfBundle(new URL('.', import.meta.url));",
].join('\n');

/** One build for everything that runs under Node: the command line with the engine, and the store's worker. */
export default defineConfig({
  // Large tables stay JSON text, which costs a third of the memory that the same table costs as a literal.
  json: { namedExports: false, stringify: true },
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
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js', banner: COMMON_JS_NAMES },
    },
  },
  ssr: { noExternal: true, external: ['better-sqlite3'] },
});
