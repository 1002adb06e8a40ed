import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tessera/dev-services';
import { residentMiB } from './process-cost';

/** Our services; Postgres, Kafka and the simulator are not counted. */
const SERVICES = ['api', 'scheduler', 'metrics', 'gateway'] as const;
const START_LIMIT_MS = 120_000;
const SAMPLE_EVERY_MS = 500;
/** Measurements of the idle platform; the last one is reported. */
const SAMPLES = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(): Promise<Readonly<Record<string, number>>> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-footprint-'));
  const [base = 0] = await freePorts(1);
  const args = ['tools/stack/src/start.cjs', '--kafka', 'embedded'];
  const env = { ...process.env, TESSERA_HOME: home, TESSERA_PORT_BASE: String(base - (base % 20)) };
  const stack = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!existsSync(join(home, 'connection.json'))) {
      if (stack.exitCode !== null || performance.now() > deadline)
        throw new Error('the platform did not start');
      await pause(SAMPLE_EVERY_MS);
    }
    for (let sample = 0; sample < SAMPLES; sample += 1) await pause(SAMPLE_EVERY_MS);
    return Object.fromEntries(
      SERVICES.map((name) => {
        const { pid } = JSON.parse(readFileSync(join(home, 'run', `${name}.pid`), 'utf8')) as { pid: number };
        return [name, residentMiB(pid)];
      }),
    );
  } finally {
    stack.kill('SIGTERM');
    await new Promise((resolve) =>
      stack.exitCode === null ? stack.once('exit', resolve) : resolve(undefined),
    );
    rmSync(home, { recursive: true, force: true });
  }
}

measure().then(
  (services) => {
    const totalMiB = Object.values(services).reduce((sum, miB) => sum + miB, 0);
    process.stdout.write(`${JSON.stringify({ idleMiB: services, totalMiB, bars: [] })}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
