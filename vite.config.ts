import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type EnvironmentOptions, type Rolldown } from 'vite';

const nodeBuiltins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];
const here = (path: string) => resolve(import.meta.dirname, path);

/** CommonJS packages in the bundle ask for these. */
const COMMON_JS_NAMES = [
  "import { fileURLToPath as toPathOfBundle } from 'node:url';",
  'const __filename = toPathOfBundle(import.meta.url);',
  "const __dirname = toPathOfBundle(new URL('.', import.meta.url));",
].join('\n');

const NODE_ENTRIES = {
  cli: here('src-main/cli/main.ts'),
  start: here('src-main/start/main.ts'),
  'checkpoint-worker': here('src-main/engine/store/checkpoint-worker.ts'),
  desktop: here('src-main/desktop/main.ts'),
  'engine-host': here('src-main/desktop/engine-host.ts'),
};
/** Beside each bundle: the licences of what went into it. */
const LICENSES = 'licenses.md';

/** One character beyond ASCII, which only a raw template can bring here, doubles the memory that a file's text takes. */
const refuseBeyondAscii: Rolldown.Plugin = {
  name: 'refuse-beyond-ascii',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      const beyond = file.type === 'chunk' ? /.{0,40}[^\x00-\x7f].{0,40}/.exec(file.code) : null;
      if (beyond !== null) this.error(`${file.fileName} is not all ASCII; write it with an escape: ${beyond[0]}`);
    }
  },
};

/** Everything that runs under Node: command line, engine, the store's worker, and Electron's main process. */
const node: EnvironmentOptions = {
  resolve: { noExternal: true, external: ['better-sqlite3', 'electron'] },
  build: {
    target: 'node24',
    outDir: here('dist'),
    emptyOutDir: true,
    ssr: true,
    sourcemap: true,
    license: { fileName: LICENSES },
    rolldownOptions: {
      input: NODE_ENTRIES,
      external: [...nodeBuiltins, 'better-sqlite3', 'electron'],
      plugins: [refuseBeyondAscii],
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunk-[hash].js',
        banner: COMMON_JS_NAMES,
        // The text of what is loaded stays in memory, one byte a character where all are ASCII, else two. Lines and
        // names stay, for whoever reads the trace of an error.
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
      },
    },
  },
};

/** One CommonJS file: a sandboxed preload may require nothing but electron. */
const preload: EnvironmentOptions = {
  consumer: 'client',
  build: {
    target: 'chrome140',
    outDir: here('dist'),
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: here('src-main/desktop/preload.ts'),
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
    },
  },
};

/** The same files for the window (`app://`) and a browser: relative addresses, nothing inline, no source maps. */
const pages: EnvironmentOptions = {
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    outDir: here('dist/pages'),
    emptyOutDir: true,
    license: { fileName: LICENSES },
    assetsInlineLimit: 0,
    rolldownOptions: { input: here('src-renderer/index.html') },
  },
};

/** What the development server passes calls on to. */
const ENGINE = process.env.POINTSMAN_ENGINE ?? 'http://127.0.0.1:8400';

/** One build for everything. */
export default defineConfig({
  root: here('src-renderer'),
  base: './',
  publicDir: false,
  // Large tables stay JSON text, which costs a third of the memory that the same table costs as a literal.
  json: { namedExports: false, stringify: true },
  plugins: [svelte({ configFile: false }), tailwindcss()],
  environments: { ssr: node, preload, client: pages },
  builder: {
    async buildApp(builder) {
      for (const name of ['ssr', 'preload', 'client']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    // The engine answers only its own pages: to it, these are.
    proxy: { '/control': { target: ENGINE, changeOrigin: true, headers: { origin: ENGINE } } },
  },
});
