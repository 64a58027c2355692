import { Socket } from 'node:net';

const { IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

/** V8 ends its counting with the seventh object of a class; one more does no harm. */
const ENOUGH = 8;

/**
 * Has V8 decide how requests and responses lie in memory, now, while their shapes are there to be seen. It decides with
 * the seventh object of a class; when a full garbage collection falls between the first and the seventh (a few requests,
 * half a minute of quiet, more requests), it finds no shapes left, leaves no room for fields inside the objects, and
 * keeps to that for as long as the process runs: 8 % of a request's CPU time, 40 % when they become dictionaries besides.
 */
export function fixLayouts(): void {
  const socket = new Socket();
  for (let made = 0; made < ENOUGH; made += 1) new ServerResponse(new IncomingMessage(socket));
}
