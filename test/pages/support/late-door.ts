import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** An address where nobody answers until the door is opened to the server behind it. */
export interface LateDoor {
  url: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function makeLateDoor(behindUrl: string): Promise<LateDoor> {
  const behind = Number(new URL(behindUrl).port);
  const sockets = new Set<Socket>();
  const server = createServer((outer) => {
    const inner = connect(behind, '127.0.0.1');
    for (const socket of [outer, inner]) {
      sockets.add(socket);
      // The other side's end is this one's: nothing else has to be known of an error.
      socket.on('error', () => undefined).on('close', () => [outer, inner].forEach((each) => each.destroy()));
    }
    outer.pipe(inner).pipe(outer);
  });
  const port = await listen(server, 0);
  await close(server);
  return {
    url: `http://127.0.0.1:${port}`,
    open: async () => {
      await listen(server, port);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
