import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, service } from '@tessera/dev-services';
import { startPrometheus } from '@tessera/dev-services/prometheus';

/** A Prometheus server for one test file; start it in `beforeAll` with a limit of `SERVICE_START_MS`. */
export interface TestPrometheus {
  readonly url: string;
  readonly pid: number;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export interface TestPrometheusOptions {
  /** Samples of the past as OpenMetrics text with a time on every line; available from the first query. */
  readonly past?: string;
  /** Content of prometheus.yml; default scrapes nothing. */
  readonly config?: string;
}

const run = promisify(execFile);

/** Starts a Prometheus server on a free port, with data in a temporary folder. Throws if it is not installed. */
export async function testPrometheus(options: TestPrometheusOptions = {}): Promise<TestPrometheus> {
  const found = service('prometheus');
  if (!found.available) throw new Error(`${found.reason}; ${found.how}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-test-prometheus-'));
  const remove = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  const configFile = join(dataDir, 'prometheus.yml');
  await writeFile(configFile, options.config ?? 'scrape_configs: []\n');
  try {
    if (options.past !== undefined) await plant(dataDir, options.past);
    const [port = 0] = await freePorts(1);
    const server = await startPrometheus({
      port,
      dataDir,
      configFile,
      command: found.reason,
      retention: '100y',
    });
    return {
      url: `http://127.0.0.1:${port}`,
      pid: server.pid,
      remove: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Turns samples into blocks of the database; `promtool` is part of every Prometheus package. */
async function plant(dataDir: string, past: string): Promise<void> {
  const file = join(dataDir, 'past.om');
  await writeFile(file, past);
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-q', file, join(dataDir, 'tsdb')]);
}
