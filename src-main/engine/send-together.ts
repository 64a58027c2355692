/** So many leave at once, so that nobody's bytes wait for a long turn to end. */
const MOST_TOGETHER = 16;

let waiting: (() => void)[] = [];

/**
 * Sends at the end of this turn of the event loop, or sooner when enough others want to send, too. A write over loopback
 * wakes its sleeping reader, which is a third of what a write costs; one that follows at once finds it awake. A busy
 * gateway that wrote between its other work would pay for that with every write.
 */
export function sendTogether(send: () => void): void {
  waiting.push(send);
  if (waiting.length === 1) setImmediate(sendAll);
  else if (waiting.length === MOST_TOGETHER) sendAll();
}

function sendAll(): void {
  const sending = waiting;
  waiting = [];
  for (const send of sending) send();
}
