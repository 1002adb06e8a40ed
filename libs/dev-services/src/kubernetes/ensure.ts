import { API_SERVER_BINARIES, GO_PACKAGES, KUBE_VERSION, type KubeBinary } from './binaries';
import { assertGo, goBuild, type Log } from '../toolchains/go-build';
import { binDirIn, findKube, type KubeInstallation } from './installation';

const MODULE = __dirname;

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
  assertGo(MODULE);
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

function build(name: KubeBinary, binDir: string, log: Log): Promise<void> {
  const what = { module: MODULE, goPackage: GO_PACKAGES[name], ldflags: linkerFlags(KUBE_VERSION) };
  return goBuild({ name, binDir, log, ...what });
}
