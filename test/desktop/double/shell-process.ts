import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ChromiumPages } from './chromium-pages.ts';
import { ElectronDouble } from './electron-double.ts';
import { serveRemote } from './serve-remote.ts';

/**
 * The built application in a process of its own: `node shell-process.ts MAIN CHROMIUM PLATFORM`. Whatever imports
 * `electron` gets the double; the test that started the process looks and clicks through the channel to it.
 */
const [, , main = '', chromium = '', platform = process.platform] = process.argv;

const pages = await ChromiumPages.open(chromium);
const double = new ElectronDouble({ fill: pages.fill });
Object.defineProperty(process, 'platform', { value: platform });
Object.assign(globalThis, {
  electronDouble: { ...double.api, app: Object.assign(double.app, { getAppPath: () => main }) },
});

const names = Object.keys(double.api);
const exported = names.map((name) => `export const ${name} = globalThis.electronDouble.${name};`).join('\n');
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: 'double:electron', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === 'double:electron' ? { format: 'module', source: exported, shortCircuit: true } : next(url, context),
});

// Electron turns these into a wish to quit; a second one is a second wish.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => double.app.quit());
// Chromium's children do not outlive it; the browser here is a child of this process alone.
process.on('disconnect', () => double.app.quit());

serveRemote(double, pages);
await import(pathToFileURL(main).href);
double.app.becomeReady();
const code = await double.app.ended;
await pages.close();
process.exit(code);
