import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBase } from '@tessera/dev-services';

const START_LIMIT_MS = 120_000;
const POLL_MS = 250;
/** Ports that one platform uses, from its base on. */
const PORTS = 13;

export interface Target {
  readonly url: string;
  readonly application: { readonly id: string; readonly secret: string };
  stop(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The whole platform in a folder of its own, as `npm start` brings it up, without a broker. */
export async function localPlatform(): Promise<Target> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-fuzz-'));
  const given = Number(process.env['TESSERA_PORT_BASE'] ?? 0);
  const base = given === 0 ? await freePortBase(PORTS) : given;
  const env = { ...process.env, TESSERA_HOME: home, TESSERA_PORT_BASE: String(base) };
  const args = ['tools/stack/src/start.cjs', '--kafka', 'embedded'];
  const stack = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let reported = '';
  stack.stdout.on('data', (part: Buffer) => (reported = `${reported}${part.toString()}`.slice(-5_000)));
  const stop = async (): Promise<void> => {
    if (stack.exitCode === null) {
      stack.kill('SIGTERM');
      await once(stack, 'exit');
    }
    rmSync(home, { recursive: true, force: true });
    rmSync(`${home}.lock`, { force: true });
  };
  const file = join(home, 'connection.json');
  const deadline = performance.now() + START_LIMIT_MS;
  while (!existsSync(file)) {
    if (stack.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`the platform did not start:\n${reported}`);
    }
    await pause(POLL_MS);
  }
  const { api, application } = JSON.parse(readFileSync(file, 'utf8')) as {
    api: string;
    application: Target['application'];
  };
  return { url: api, application, stop };
}
