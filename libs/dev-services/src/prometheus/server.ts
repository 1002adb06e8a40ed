import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer, untilReady, type ServerProcess } from '@tessera/platform-lifecycle';

const READY_LIMIT_MS = 60_000;

export interface PrometheusOptions {
  readonly port: number;
  /** Folder of samples, log and pid file. */
  readonly dataDir: string;
  /** A prometheus.yml. */
  readonly configFile: string;
  /** Path of the program; default `prometheus` on the PATH. */
  readonly command?: string;
  /** Retention of samples in Prometheus' notation; default as in Prometheus. */
  readonly retention?: string;
  /** Further flags of the command line. */
  readonly flags?: readonly string[];
}

/** Starts a Prometheus server on 127.0.0.1 and resolves once it answers queries. */
export async function startPrometheus(options: PrometheusOptions): Promise<ServerProcess> {
  const { port, dataDir, configFile, command = 'prometheus', retention, flags = [] } = options;
  await mkdir(dataDir, { recursive: true });
  const server = await startServer({
    name: 'prometheus',
    command,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dataDir, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(retention === undefined ? [] : [`--storage.tsdb.retention.time=${retention}`]),
      ...flags,
    ],
    logFile: join(dataDir, 'prometheus.log'),
    pidFile: join(dataDir, 'prometheus.pid'),
    ports: [port],
  });
  const ready = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`);
    if (!response.ok) throw new Error(`/-/ready answered ${response.status}`);
  };
  try {
    await untilReady(server, ready, READY_LIMIT_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
