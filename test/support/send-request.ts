import { request, type IncomingHttpHeaders } from 'node:http';

export interface SentRequest {
  method?: string;
  /** As it goes over the wire: nothing is tidied up. */
  path: string;
  /** Names and values in turn, Host included: none is added. */
  headers: readonly string[];
  body?: string;
}

export interface SentReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request with exactly these headers, which `fetch` would not. */
export function sendRequest(address: string, { method = 'GET', path, headers, body }: SentRequest): Promise<SentReply> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
    const sent = request(
      { host: hostname, port, method, path, headers: [...headers, ...length], setHost: false, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
