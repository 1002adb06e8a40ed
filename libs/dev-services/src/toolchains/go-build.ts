import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithServers } from '@tessera/platform-lifecycle';

/** Receives one line of progress. */
export type Log = (line: string) => void;

export interface GoBuild {
  /** File that is made in `binDir`. */
  readonly name: string;
  readonly binDir: string;
  /** Folder of the Go module that pins the versions. */
  readonly module: string;
  /** Main package. */
  readonly goPackage: string;
  readonly ldflags?: string;
  readonly tags?: readonly string[];
  /** With C; then a C compiler is needed. Default false. */
  readonly cgo?: boolean;
  readonly log: Log;
}

/** Minimum frequency of progress lines, ms: a cold build of the API server takes minutes. */
const HEARTBEAT_MS = 15_000;
const TAIL_LINES = 15;

/** Compiles one program; its file appears atomically. Throws with the last output of Go. */
export async function goBuild(options: GoBuild): Promise<void> {
  const { name, binDir, module, goPackage, ldflags = '-s -w', tags = [], cgo = false, log } = options;
  await mkdir(binDir, { recursive: true });
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  log(`building ${name}`);
  const partial = join(binDir, `.${name}-${process.pid}`);
  const tagged = tags.length > 0 ? ['-tags', tags.join(',')] : [];
  const args = ['build', '-v', '-trimpath', ...tagged, '-ldflags', ldflags, '-o', partial, goPackage];
  // A workspace file above must not pull other modules in.
  const env = { ...process.env, CGO_ENABLED: cgo ? '1' : '0', GOWORK: 'off' };
  const { child } = endWithServers(() => ({
    child: spawn('go', args, { cwd: module, env, stdio: ['ignore', 'ignore', 'pipe'] }),
  }));
  const lines: string[] = [];
  let packages = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) packages += 1;
    lines.push(line);
  });
  const life = setInterval(() => log(`${name}: ${packages} packages compiled, ${seconds()}`), HEARTBEAT_MS);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) {
      throw new Error(
        `go could not build ${name} (exit code ${code}):\n${lines.slice(-TAIL_LINES).join('\n')}`,
      );
    }
    await rename(partial, join(binDir, name));
    log(`built ${name} in ${seconds()}`);
  } finally {
    clearInterval(life);
    await rm(partial, { force: true });
  }
}

/** Reports the lack of a Go that is new enough in our words; with toolchain downloads off, Go's own are obscure. */
export function assertGo(module: string): void {
  const { stdout, stderr, error } = spawnSync('go', ['list', '-m'], {
    cwd: module,
    env: { ...process.env, GOWORK: 'off' },
    encoding: 'utf8',
  });
  if (stdout?.trim()) return;
  throw new Error(`Go cannot read ${join(module, 'go.mod')}: ${error?.message ?? stderr.trim()}`);
}
