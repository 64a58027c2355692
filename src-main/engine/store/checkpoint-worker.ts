import { parentPort, workerData } from 'node:worker_threads';
import { isJsonObject } from '../protocols/json.ts';
import { checkpoint } from './checkpoint.ts';

/**
 * The upkeep thread: copies the write-ahead log when told `checkpoint` and answers how it went, so that neither copying
 * nor waiting for the disk ever holds up a request. Any other message ends it. Kept free of zod: it is a thread's memory.
 */
const data: unknown = workerData;
if (!isJsonObject(data) || typeof data.file !== 'string') throw new Error('the upkeep thread was given no database');
const { file } = data;

parentPort?.on('message', (message: unknown) => {
  if (message !== 'checkpoint') {
    parentPort?.close();
    return;
  }
  try {
    parentPort?.postMessage({ copiedAll: checkpoint({ file, nowMs: Date.now() }), error: null });
  } catch (error) {
    parentPort?.postMessage({ copiedAll: false, error: String(error) });
  }
});
