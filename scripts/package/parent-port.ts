import { EventEmitter } from 'node:events';

/**
 * Loaded before `engine-host.js` in plain Node: the `process.parentPort` that Electron gives a utility process, on top of
 * Node's own channel to the process that forked it.
 */
class ParentPort extends EventEmitter {
  constructor() {
    super();
    process.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  postMessage(message: unknown): void {
    process.send?.(message);
  }

  start(): void {
    // Node's channel delivers from the first listener on.
  }
}

Object.defineProperty(process, 'parentPort', { value: new ParentPort() });
