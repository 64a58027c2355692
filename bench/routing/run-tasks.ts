import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ReplayTask, TaskResult } from './replay-task.ts';

const MOST_THREADS = 4;

/** All tasks, on as many threads as there are processors (at most four); results in the order of the tasks. */
export async function runTasks(work: {
  tasks: readonly ReplayTask[];
  set: { folder: string; name: string };
}): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  const queue = work.tasks.entries();
  const threads = Math.min(MOST_THREADS, availableParallelism(), work.tasks.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL('processes/replay-worker.ts', import.meta.url), { workerData: work.set });
      try {
        for (const [at, task] of queue) results[at] = await ask(worker, task);
      } finally {
        await worker.terminate();
      }
    }),
  );
  return results;
}

function ask(worker: Worker, task: ReplayTask): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (result: TaskResult) => {
      settle();
      resolve(result);
    };
    const onError = (error: unknown) => {
      settle();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(task);
  });
}
