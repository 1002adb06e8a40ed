import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity';
import { pause } from './retry';

/** A third-party server that runs as a child process. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the exit reason, for example `exit code 1` or `SIGKILL`; never rejects. */
  readonly ended: Promise<string>;
  /** The exit reason; undefined while it runs. */
  endedHow(): string | undefined;
  /** Sends SIGTERM to its process group, SIGKILL after the limit; resolves once it has exited. */
  stop(): Promise<void>;
  /** Last lines of its output. */
  logTail(): string;
}

export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives stdout and stderr; the log of the previous run is kept as `<logFile>.previous`. */
  readonly logFile: string;
  /** Records the process, so that the next start finds it if its parent was killed. */
  readonly pidFile: string;
  /** Ports of 127.0.0.1 that it will listen on; the start fails early if one is in use. */
  readonly ports?: readonly number[];
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly stopLimitMs?: number;
  /** Signal of a clean stop; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Run as this user instead of ours; only root may. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const STOP_LIMIT_MS = 15_000;
const TAIL_LINES = 20;
const POLL_MS = 50;

/**
 * Children in their own process groups would outlive a parent that just exits; only SIGTERM can be sent in this
 * handler.
 */
const running = new Map<number, ServerProcess>();
process.on('exit', () => [...running.keys()].forEach((pid) => signalGroup(pid, 'SIGTERM')));
let exiting = false;

/** Programs that prepare something for a server: a compiler, a formatter of storage. */
const preparing = new Set<ChildProcess>();

/** Starts a program that `endServers` ends too and waits for. Throws once this process is about to exit. */
export function endWithServers<T extends { readonly child: ChildProcess }>(start: () => T): T {
  if (exiting) throw new Error('nothing is started any more: this process is about to exit');
  const started = start();
  preparing.add(started.child);
  // One that could not be started has no exit.
  for (const end of ['exit', 'error']) started.child.once(end, () => preparing.delete(started.child));
  return started;
}

/**
 * Stops all servers of this process, ready or not, those first that started last, and the programs that prepare others,
 * and refuses to start more: for a process that is about to exit. Resolves once all have exited.
 */
export async function endServers(): Promise<void> {
  exiting = true;
  for (const program of preparing) program.kill();
  await Promise.all([...preparing].map((program) => once(program, 'exit')));
  for (const server of [...running.values()].reverse()) await server.stop();
}

/**
 * Starts a server in its own process group, so that Ctrl-C in the terminal reaches only us and we choose the stop
 * order. A server that a killed parent left with the same pid file is stopped first. Throws if the parent of the
 * previous server still runs, or a port is in use. A started server need not be ready: see `untilReady`.
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { name, logFile, pidFile, stopLimitMs = STOP_LIMIT_MS } = command;
  await stopLeftBehind(name, pidFile, stopLimitMs);
  for (const port of command.ports ?? []) await assertFree(port, name);
  [logFile, pidFile].forEach((file) => mkdirSync(dirname(file), { recursive: true }));
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.previous`);
  if (exiting) throw new Error(`${name} is not started: this process is about to exit`);
  const child = spawnDetached(command);
  const { pid } = child;
  const ended = endOf(child);
  let how: string | undefined;
  void ended.then((reason) => (how = reason));
  if (pid === undefined) throw new Error(`cannot start ${name} (${command.command}): ${await ended}`);
  writePidFile(pidFile, pid);
  const gone = ended.then(() => {
    running.delete(pid);
    rmSync(pidFile, { force: true });
  });
  const server: ServerProcess = {
    name,
    pid,
    ended,
    endedHow: () => how,
    logTail: () => tail(logFile),
    stop: async () => {
      if (how === undefined) signalGroup(pid, command.stopSignal ?? 'SIGTERM');
      const limit = setTimeout(() => signalGroup(pid, 'SIGKILL'), stopLimitMs);
      await gone;
      clearTimeout(limit);
    },
  };
  running.set(pid, server);
  return server;
}

/**
 * Calls `probe` until it does not throw. Throws with the end of the server's log if the server exits first, or after
 * `limitMs`; in the second case the caller still has to stop the server.
 */
export async function untilReady(
  server: ServerProcess,
  probe: () => Promise<unknown>,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const failure = await probe().then(
      () => undefined,
      (error: unknown) => error ?? new Error('not ready'),
    );
    const how = server.endedHow();
    if (how !== undefined) throw new Error(`${server.name} ended at its start (${how}).${lastWords(server)}`);
    if (failure === undefined) return;
    if (performance.now() > deadline) {
      const message = `${server.name} was not ready within ${limitMs} ms.${lastWords(server)}`;
      throw new Error(message, { cause: failure });
    }
    await Promise.race([pause(2 * POLL_MS), server.ended]);
  }
}

function lastWords(server: ServerProcess): string {
  const words = server.logTail();
  return words ? ` The end of its log:\n${words}` : ' Its log is empty.';
}

interface PidFile extends ProcessIdentity {
  readonly owner: ProcessIdentity;
}

function writePidFile(path: string, pid: number): void {
  const content = { ...identify(pid), pid, owner: identify(process.pid) };
  writeFileSync(path, JSON.stringify(content));
}

/**
 * Stops the server that a killed parent left running, if there is one. `startServer` does this for its own server; for
 * several servers that depend on each other, call it for all of them first, in stop order. Throws if the parent still
 * runs.
 */
export async function stopLeftBehind(
  name: string,
  pidFile: string,
  stopLimitMs: number = STOP_LIMIT_MS,
): Promise<void> {
  const left = readPidFile(pidFile);
  if (left === undefined || !isRunning(left)) return;
  if (isRunning(left.owner)) {
    throw new Error(
      `${name} already runs as process ${left.pid}, started by process ${left.owner.pid} (${pidFile}); stop that process first`,
    );
  }
  signalGroup(left.pid, 'SIGTERM');
  const killAt = performance.now() + stopLimitMs;
  while (isRunning(left)) {
    const late = performance.now() - killAt;
    if (late > stopLimitMs)
      throw new Error(`${name}: process ${left.pid} of an earlier run cannot be stopped`);
    if (late > 0) signalGroup(left.pid, 'SIGKILL');
    await pause(POLL_MS);
  }
}

function assertFree(port: number, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken =
        error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.message})`;
      reject(new Error(`${name}: port ${port} of 127.0.0.1 ${taken}`));
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** A damaged or foreign file counts as missing, so that no wrong process is stopped. */
function readPidFile(path: string): PidFile | undefined {
  try {
    const { pid, started, owner } = JSON.parse(readFileSync(path, 'utf8')) as PidFile;
    return Number.isInteger(pid) && pid > 1 && started && Number.isInteger(owner.pid)
      ? { pid, started, owner }
      : undefined;
  } catch {
    return undefined;
  }
}

function spawnDetached({ command, args, env, logFile, user }: ServerCommand): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      ...user,
    });
  } finally {
    closeSync(log);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has already exited.
  }
}

function tail(file: string): string {
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
