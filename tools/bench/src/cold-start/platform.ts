import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBase } from '@tessera/dev-services';

const START_LIMIT_MS = 180_000;
const POLL_MS = 200;
/** Ports that one platform uses, from its base on. */
const PORTS = 19;

/** Addresses and credentials of a running platform. */
export interface RunningPlatform {
  readonly api: string;
  readonly gateway: string;
  readonly gatewayAdmin: string;
  readonly kubeconfig: string;
  readonly application: { readonly id: string; readonly secret: string };
  stop(): Promise<void>;
}

/** Starts the local platform with so many simulated nodes, whose containers start at once. */
export async function startPlatform(nodes: number): Promise<RunningPlatform> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-coldstart-'));
  // The user that Postgres runs as has to get through.
  chmodSync(home, 0o711);
  const base = await freePortBase(PORTS);
  const args = ['tools/stack/src/start.cjs', '--kafka', 'embedded'];
  const env = {
    ...process.env,
    TESSERA_HOME: home,
    TESSERA_PORT_BASE: String(base),
    TESSERA_SIMULATOR_NODES: String(nodes),
    TESSERA_SIMULATOR_START_MS: '0',
    TESSERA_SIMULATOR_PULL_MS: '0',
    // As often as a Prometheus does.
    TESSERA_SCRAPE_INTERVAL_MS: '15000',
  };
  const stack = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (stack.exitCode === null) {
      stack.kill('SIGTERM');
      await once(stack, 'exit');
    }
    rmSync(home, { recursive: true, force: true });
    rmSync(`${home}.lock`, { force: true });
  };
  const file = join(home, 'connection.json');
  for (const deadline = performance.now() + START_LIMIT_MS; !existsSync(file);) {
    if (stack.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error('the platform did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<RunningPlatform, 'stop'>), stop };
}
