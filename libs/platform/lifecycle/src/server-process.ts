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
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity';
import { pause } from './retry';

/** A server of another project that runs as our child. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves with how it ended, for example `exit code 1` or `SIGKILL`; never rejects. */
  readonly ended: Promise<string>;
  /** How it ended, or undefined while it runs. */
  endedHow(): string | undefined;
  /** SIGTERM to its process group, SIGKILL after the limit; resolves when it is gone. */
  stop(): Promise<void>;
  /** Last lines of what it wrote. */
  logTail(): string;
}

export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives both outputs; that of the run before is kept beside it as `<logFile>.previous`. */
  readonly logFile: string;
  /** Remembers the process, so that the next start finds it if its parent was killed. */
  readonly pidFile: string;
  /** Ports of 127.0.0.1 that it will listen on; a taken one is told before the start, not by silence or a stranger. */
  readonly ports?: readonly number[];
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly stopLimitMs?: number;
  /** Signal of an orderly stop; SIGTERM unless given. */
  readonly stopSignal?: NodeJS.Signals;
  /** Run as this user instead of ours; only root may. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const STOP_LIMIT_MS = 15_000;
const TAIL_LINES = 20;
const POLL_MS = 50;

/** Children that live in groups of their own would outlast a parent that just exits; SIGTERM is all that fits there. */
const running = new Set<number>();
process.on('exit', () => running.forEach((pid) => signalGroup(pid, 'SIGTERM')));

/**
 * Starts a server in a process group of its own, so that Ctrl-C in our terminal reaches only us and we choose the order
 * of the stops. One that a killed parent left behind with the same pid file is stopped first. Throws when the previous
 * one still belongs to a living parent, and when a port is taken. Started does not mean ready: see `untilReady`.
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { name, logFile, pidFile, stopLimitMs = STOP_LIMIT_MS } = command;
  await stopLeftBehind(name, pidFile, stopLimitMs);
  for (const port of command.ports ?? []) await assertFree(port, name);
  [logFile, pidFile].forEach((file) => mkdirSync(dirname(file), { recursive: true }));
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.previous`);
  const child = spawnDetached(command);
  const { pid } = child;
  const ended = endOf(child);
  let how: string | undefined;
  void ended.then((reason) => (how = reason));
  if (pid === undefined) throw new Error(`cannot start ${name} (${command.command}): ${await ended}`);
  running.add(pid);
  writePidFile(pidFile, pid);
  const gone = ended.then(() => {
    running.delete(pid);
    rmSync(pidFile, { force: true });
  });
  return {
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
}

/**
 * Calls `probe` until it does not throw. Throws with the end of the server's log when the server ends before, and when
 * `limitMs` have passed; the caller still has to stop it in the second case.
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
    await Promise.race([pause(4 * POLL_MS), server.ended]);
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
 * Ends the server that a killed parent left behind; nothing to do when there is none. `startServer` does this for its own
 * server; with several that need each other, call it for all of them first, in the order of an orderly stop. Throws when
 * the parent still lives.
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
      `${name} already runs as process ${left.pid}, started by process ${left.owner.pid} (${pidFile}): stop that first`,
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

/** A torn or foreign file counts as none: it can name no process that we would dare to stop. */
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
    // Gone already.
  }
}

function tail(file: string): string {
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
