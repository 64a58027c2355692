import { EventEmitter } from 'node:events';

/**
 * Makes `process.parentPort` of the channel to the parent, as Electron's utility process has it: messages wait until
 * somebody listens, and the process ends at once, like all of Chromium's, when the one that started it is gone.
 */
const port = new EventEmitter();
port.once('newListener', () => {
  process.on('message', (data) => port.emit('message', { data, ports: [] }));
});
Object.assign(process, {
  parentPort: Object.assign(port, { postMessage: (message: unknown) => process.send?.(message) }),
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
