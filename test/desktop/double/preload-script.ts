/**
 * The built preload as a script that runs in a page before the page's own: `electron` is what a sandboxed preload gets,
 * `contextBridge` gives frozen copies of functions alone, and `ipcRenderer` goes through a function of the browser.
 * What would open a window is asked of the shell, as Chromium asks in Electron.
 */
export function preloadScript(source: string, additionalArguments: readonly string[]): string {
  return `(() => {
  const invoke = window.__invoke;
  const ask = window.__open;
  // The shell denies every window, and Electron's \`window.open\` gives null then.
  const open = (address) => (ask(String(new URL(address, location.href))), null);
  Object.defineProperty(window, 'open', { value: open });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[target=_blank]') : null;
    if (link === null) return;
    event.preventDefault();
    open(link.href);
  }, true);
  const listeners = new Map();
  Object.defineProperty(window, '__tell', {
    value: (channel, value) => (listeners.get(channel) ?? []).forEach((listener) => listener({}, value)),
  });
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze({ ...api }), enumerable: true }),
    },
    ipcRenderer: {
      invoke: (channel, ...args) => invoke(channel, args),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) => listeners.set(channel, (listeners.get(channel) ?? []).filter((each) => each !== listener)),
    },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('A sandboxed preload may not require ' + name);
    return electron;
  };
  const process = { argv: ${JSON.stringify(additionalArguments)} };
  const module = { exports: {} };
  (function (require, process, module, exports) {
${source}
  })(require, process, module, module.exports);
})();`;
}
