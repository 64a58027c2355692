import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface ClientReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface KeepAliveClient {
  /** One POST of JSON, read to its end. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<ClientReply>;
  stop(): void;
}

/** A client for many requests at once: connections are kept, as programs keep them. */
export function createKeepAliveClient(url: string): KeepAliveClient {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  return {
    post: (path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.from(JSON.stringify(body));
        const sent = { 'content-type': 'application/json', 'content-length': bytes.byteLength, ...headers };
        const call = request({ agent, hostname, port, path, method: 'POST', headers: sent }, (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
          reply.on('error', reject);
        });
        call.on('error', reject);
        call.end(bytes);
      }),
    stop: () => agent.destroy(),
  };
}
