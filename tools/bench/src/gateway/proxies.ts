import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '@tessera/dev-services';
import { BUILD_PORTKEY, findPortkey } from '@tessera/dev-services/toolchains';
import { cacheDir } from '@tessera/platform-config';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import { LOAD_CORE, pinned, PROXY_CORE } from './cores';

/** One of those that are compared, running. */
export interface RunningProxy {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** The bars compare with it. */
  readonly needed: boolean;
  readonly path: string;
  /** Headers that requests to it need beside the usual ones. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A folder for files and logs, the upstream of all, and what is to be ended afterwards, last first. */
export interface ProxyFixture {
  readonly home: string;
  readonly upstream: number;
  readonly stops: (() => Promise<void>)[];
}

export const CHAT = '/v1/chat/completions';
const READY_LIMIT_MS = 60_000;
const TSX = ['--import', 'tsx'];

/** Starts a program on its core; resolves once it accepts connections. */
export async function startPinned(
  { home, stops }: Pick<ProxyFixture, 'home' | 'stops'>,
  core: number,
  name: string,
  port: number,
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
  ready: () => Promise<unknown> = () => accepts(port),
): Promise<number> {
  const server = await startServer({
    name,
    ...pinned(core, command, args),
    env,
    logFile: join(home, 'logs', `${name}.log`),
    pidFile: join(home, 'run', `${name}.pid`),
    ports: [port],
  });
  stops.push(() => server.stop());
  await untilReady(server, ready, READY_LIMIT_MS);
  return server.pid;
}

/** The model server behind all of them. */
export async function startUpstream(fixture: Omit<ProxyFixture, 'upstream'>): Promise<number> {
  const [port = 0] = await freePorts(1);
  const program = [process.execPath, ...TSX, join(__dirname, 'upstream.ts'), String(port)];
  await startPinned(fixture, LOAD_CORE, 'upstream', port, program);
  return port;
}

export async function startBare(fixture: ProxyFixture): Promise<RunningProxy> {
  const [port = 0] = await freePorts(1);
  const program = [
    process.execPath,
    ...TSX,
    join(__dirname, 'bare-proxy.ts'),
    String(port),
    String(fixture.upstream),
  ];
  const pid = await startPinned(fixture, PROXY_CORE, 'bare', port, program);
  return { name: 'bare', port, pid, needed: true, path: CHAT, headers: {} };
}

/** Debian's nginx with one worker; undefined where there is none. */
export async function startNginx(fixture: ProxyFixture): Promise<RunningProxy | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const [port = 0] = await freePorts(1);
  const folder = join(fixture.home, 'nginx');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port, fixture.upstream));
  const pid = await startPinned(fixture, PROXY_CORE, 'nginx', port, ['nginx', '-p', folder, '-c', file]);
  return { name: 'nginx', port, pid, needed: false, path: CHAT, headers: {} };
}

/** Portkey's gateway, which finds the upstream in headers of the request; undefined where it is not installed. */
export async function startPortkey(fixture: ProxyFixture): Promise<RunningProxy | undefined> {
  const program = findPortkey(cacheDir());
  if (program === undefined) return undefined;
  const [port = 0] = await freePorts(1);
  const command = [process.execPath, program, '--headless', `--port=${port}`];
  // It refuses custom hosts on loopback addresses unless they are named.
  const env = { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' };
  const pid = await startPinned(fixture, PROXY_CORE, 'portkey', port, command, env);
  return {
    ...{ name: 'portkey', port, pid, needed: false, path: CHAT },
    headers: {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${fixture.upstream}/v1`,
      authorization: 'Bearer bench',
    },
  };
}

/** Why one of the rivals is left out. */
export const MISSING: Readonly<Record<string, string>> = {
  nginx: 'nginx is not installed (Debian: apt-get install nginx-light)',
  portkey: `Portkey's gateway is not installed: ${BUILD_PORTKEY}`,
};

const accepts = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

const nginxConfiguration = (folder: string, port: number, upstream: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 0;
  keepalive_requests 1000000000;
  upstream model { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }
}
`;
