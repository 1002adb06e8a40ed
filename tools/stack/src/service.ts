import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import type { Running } from './supervisor';

export interface ServiceOptions {
  /** Name of the process, of its log and of its pid file. */
  readonly name: string;
  /** Folder of the app, whose bundle is in `dist/apps/<app>`; default `name`. */
  readonly app?: string;
  readonly home: string;
  readonly port: number;
  /** Port that serves `readyPath`; default `port`. */
  readonly readyPort?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path that answers 200 once it is ready. */
  readonly readyPath?: string;
  /** Alternative to `readyPath`: a file that exists once the service is ready. */
  readonly readyFile?: string;
}

const READY_LIMIT_MS = 60_000;

/** Starts the bundle of an app as a child process; resolves once it is ready. */
export async function startService(options: ServiceOptions): Promise<Running> {
  const { name, app = name, home, port, readyPort = port, env, readyPath = '/readyz', readyFile } = options;
  const server = await startServer({
    name,
    command: process.execPath,
    args: [join('dist', 'apps', app, 'main.js')],
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    logFile: join(home, 'logs', `${name}.log`),
    pidFile: join(home, 'run', `${name}.pid`),
    ports: [...new Set([port, readyPort])],
  });
  const probe = async (): Promise<void> => {
    if (readyFile !== undefined && !existsSync(readyFile)) throw new Error(`${readyFile} is not written yet`);
    const response = await fetch(`http://127.0.0.1:${readyPort}${readyPath}`);
    if (!response.ok) throw new Error((await response.text()).trim());
  };
  try {
    await untilReady(server, probe, READY_LIMIT_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
