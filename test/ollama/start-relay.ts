import { connect, createServer, type AddressInfo } from 'node:net';

/** Passes connections on to a server, byte for byte, and counts those that the near side gave up. */
export interface Relay {
  url: string;
  /** Connections that the caller closed, so far. */
  readonly givenUp: number;
  stop(): Promise<void>;
}

/** Shows what the gateway does to its connections to an Ollama that cannot be looked into. */
export async function startRelay(targetUrl: string): Promise<Relay> {
  const { hostname, port } = new URL(targetUrl);
  const open = new Set<{ destroy(): void }>();
  let givenUp = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    let isFarOver = false;
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    }
    far.once('close', () => {
      isFarOver = true;
      near.destroy();
    });
    near.once('close', () => {
      if (!isFarOver) givenUp += 1;
      far.destroy();
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get givenUp() {
      return givenUp;
    },
    stop() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
