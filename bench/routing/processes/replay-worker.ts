import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { readSet } from '../read-set.ts';
import { runTask, type ReplayTask } from '../replay-task.ts';

/** A thread that replays what it is told, task by task. Its set is read once. */
const SETTINGS = z.object({ folder: z.string(), name: z.string() });

const rows = readSet(SETTINGS.parse(workerData));
parentPort?.on('message', (task: ReplayTask) => parentPort?.postMessage(runTask(task, rows)));
