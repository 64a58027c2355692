import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProgram, type Server } from '../servers.ts';

/** Version such as "nginx/1.22.1"; null when it is not on the PATH. */
export function findNginx(): string | null {
  const found = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return found.error === undefined ? (/nginx\/\S+/.exec(found.stderr)?.[0] ?? null) : null;
}

/** One worker with its own files below `folder`; streams are passed on unbuffered. */
export async function startNginx(options: { folder: string; upstreamPort: number }): Promise<Server> {
  const prefix = join(options.folder, 'nginx');
  mkdirSync(prefix);
  const port = await freePort();
  const file = join(prefix, 'nginx.conf');
  writeFileSync(file, configuration({ prefix, port, upstreamPort: options.upstreamPort }));
  return startProgram({ command: 'nginx', args: ['-p', prefix, '-e', 'stderr', '-c', file], findPort: () => port });
}

function configuration({ prefix, port, upstreamPort }: { prefix: string; port: number; upstreamPort: number }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${join(prefix, 'nginx.pid')};
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 100000000;
${temporary.map((name) => `  ${name}_temp_path ${join(prefix, name)};`).join('\n')}
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
