import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tessera/testing-services';
import { freePortBase } from '@tessera/dev-services';
import { portsFrom } from '@tessera/tool-stack';
import { disconnect } from './cluster';

const ROOT = join(__dirname, '..', '..', '..');
const READY_LIMIT_MS = 150_000;
/** Ports that one platform uses, from its base on. */
const PORTS = 21;

/** Content of connection.json, written once everything is ready. */
export interface Connection {
  readonly api: string;
  readonly gateway: string;
  readonly secondGateway: string | null;
  readonly apiAdmin: string;
  readonly gatewayAdmin: string;
  readonly schedulerAdmin: string;
  readonly metrics: string;
  readonly scheduler: string;
  readonly kubeconfig: string;
  readonly databaseUrl: string;
  readonly kafkaBrokers: string | null;
  readonly prometheusUrl: string | null;
  readonly application: { readonly id: string; readonly secret: string };
  readonly services: Readonly<Record<string, string>>;
}

/** A local platform, started by `npm start`, with its own folder and ports. */
export class Platform {
  readonly home = mkdtempSync(join(tmpdir(), 'tessera-e2e-'));
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(readonly portBase: number) {}

  static async create(): Promise<Platform> {
    return new Platform(await freePortBase(PORTS));
  }

  get connection(): Connection {
    return JSON.parse(readFileSync(this.connectionFile, 'utf8')) as Connection;
  }

  get connectionFile(): string {
    return join(this.home, 'connection.json');
  }

  /** Starts it and resolves with what it printed once it is ready; rejects with its output when it ends before. */
  async start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.output = '';
    const child = spawn(process.execPath, ['tools/stack/src/start.cjs', ...args], {
      cwd: ROOT,
      env: {
        ...plainEnvironment(),
        TESSERA_HOME: this.home,
        TESSERA_PORT_BASE: String(this.portBase),
        // Every deletion of a replica waits for this.
        TESSERA_PRE_STOP_SECONDS: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    const deadline = performance.now() + READY_LIMIT_MS;
    await eventually(() => {
      if (!hasEnded(child) && performance.now() < deadline && !existsSync(this.connectionFile))
        throw new Error('not ready yet');
    }, READY_LIMIT_MS + 10_000);
    if (!existsSync(this.connectionFile)) throw new Error(`the platform did not start:\n${this.output}`);
  }

  /** Port of the simulated kubelets. */
  get kubeletPort(): number {
    return portsFrom(this.portBase).kubelets;
  }

  /** Its output so far. */
  get printed(): string {
    return this.output;
  }

  /** Number of automatic restarts of a service since the start. */
  restartsOf(service: string): number {
    return this.output.split(`${service} was restarted`).length - 1;
  }

  /** Process number of a service. */
  pidOf(service: string): number {
    return (JSON.parse(readFileSync(join(this.home, 'run', `${service}.pid`), 'utf8')) as { pid: number })
      .pid;
  }

  /** Stops it cleanly; returns the exit code. */
  async stop(): Promise<number | null> {
    const { child } = this;
    await disconnect(this.home);
    if (child === undefined || hasEnded(child)) return child?.exitCode ?? null;
    child.kill('SIGTERM');
    await once(child, 'exit');
    return child.exitCode;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
    rmSync(`${this.home}.lock`, { force: true });
  }
}

/** One that a signal ended has no exit code. */
const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** The environment without settings of ours, but for the cache. */
const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TESSERA_') || name.startsWith('TESSERA_CACHE'),
    ),
  );
