/**
 * Waits for work of the upkeep thread, but no longer than until the unit has to stop: then it rejects with the signal's
 * reason, and the step that is under way ends by itself. What such steps do is as well done twice.
 */
export async function untilStopped<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
