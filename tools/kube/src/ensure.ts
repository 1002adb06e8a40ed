import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { API_SERVER_BINARIES, GO_PACKAGES, KUBE_VERSION, type KubeBinary } from './binaries';
import { binDirIn, findKube, type KubeInstallation } from './installation';

/** Receives one line of progress. */
export type Log = (line: string) => void;

const MODULE = join(__dirname, '..');

/** A line is said at least this often, ms: a cold build of the API server takes minutes. */
const SIGN_OF_LIFE_MS = 15_000;
const TAIL_LINES = 15;

/**
 * The asked-for binaries, built by Go into the cache where they are missing. Every binary appears complete or not at all.
 * Go's own build cache keeps what was compiled, so that a build that was cut short goes on where it was.
 */
export async function ensureKube({
  cacheDir,
  binaries = API_SERVER_BINARIES,
  log,
}: {
  cacheDir: string;
  binaries?: readonly KubeBinary[];
  log: Log;
}): Promise<KubeInstallation> {
  const before = findKube({ cacheDir, binaries });
  if (before.found) return before.installation;
  if (before.missing === 'go') throw new Error(`${before.reason}; ${before.how}`);
  assertGo();
  log(`Kubernetes ${KUBE_VERSION}: the first build compiles for about ten minutes on two cores`);
  for (const name of binaries) {
    if (!findKube({ cacheDir, binaries: [name] }).found) await build(name, binDirIn(cacheDir), log);
  }
  const search = findKube({ cacheDir, binaries });
  if (!search.found) throw new Error(`${search.reason}; ${search.how}`);
  return search.installation;
}

/** Flags for the linker: the version that the programs report, and no symbol tables, which halves their size. */
export function linkerFlags(version: string): string {
  const [major, minor] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const sets = Object.entries(values).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  return ['-s', '-w', ...sets].join(' ');
}

async function build(name: KubeBinary, binDir: string, log: Log): Promise<void> {
  await mkdir(binDir, { recursive: true });
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  log(`building ${name}`);
  const partial = join(binDir, `.${name}-${process.pid}`);
  const args = [
    'build',
    '-v',
    '-trimpath',
    '-ldflags',
    linkerFlags(KUBE_VERSION),
    '-o',
    partial,
    GO_PACKAGES[name],
  ];
  // No C compiler needed, and a workspace file above must not pull other modules in.
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const child = spawn('go', args, { cwd: MODULE, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  let packages = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) packages += 1;
    lines.push(line);
  });
  const life = setInterval(
    () => log(`${name}: ${packages} packages compiled, ${seconds()}`),
    SIGN_OF_LIFE_MS,
  );
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

/** Tells the lack of a Go that is new enough in our words; with toolchain downloads off, Go's own are obscure. */
function assertGo(): void {
  const { stdout, stderr, error } = spawnSync('go', ['list', '-m'], {
    cwd: MODULE,
    env: { ...process.env, GOWORK: 'off' },
    encoding: 'utf8',
  });
  if (stdout?.trim()) return;
  throw new Error(`Go cannot read ${join(MODULE, 'go.mod')}: ${error?.message ?? stderr.trim()}`);
}
