import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tessera/dev-services';
import { startPrometheus } from '@tessera/dev-services/prometheus';
import {
  GIVEN_ANSWERED,
  INSTANTS,
  type AnsweringServer,
} from '@tessera/testing-contract-suites/recorded-answers';
import { remoteWrite } from './remote-write';

/** Nobody listens on port 1. */
const AWAY = 'remote_read: [{ url: "http://127.0.0.1:1/read", read_recent: true }]';

const SERVERS: Readonly<
  Record<AnsweringServer, { readonly config: string; readonly flags: readonly string[] }>
> = {
  usual: { config: '', flags: [] },
  'a store is away': { config: AWAY, flags: [] },
  'few samples in memory': { config: '', flags: ['--query.max-samples=5'] },
};

export interface StartedServer {
  readonly url: string;
  /** Its release. */
  readonly version: string;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Starts that program on loopback and gives it the series by remote write. Throws where it does not take them. */
export async function startGiven(command: string, server: AnsweringServer): Promise<StartedServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-recorded-answers-'));
  const configFile = join(dataDir, 'prometheus.yml');
  const { config, flags } = SERVERS[server];
  await writeFile(configFile, `${config}\n`);
  const [port = 0] = await freePorts(1);
  const started = await startPrometheus({
    port,
    dataDir,
    configFile,
    command,
    retention: '100y',
    flags: ['--enable-feature=native-histograms', '--web.enable-remote-write-receiver', ...flags],
  });
  const remove = async (): Promise<void> => {
    await started.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    for (const at of INSTANTS) await give(url, at);
    return { url, version: await versionOf(url), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function give(url: string, at: number): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: remoteWrite(GIVEN_ANSWERED, at),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status}: ${await response.text()}`);
}

async function versionOf(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/status/buildinfo`);
  const { data } = (await response.json()) as { readonly data: { readonly version: string } };
  // A distribution adds its own to the number.
  return data.version.replace(/\+.*/, '');
}
