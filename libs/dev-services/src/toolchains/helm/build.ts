import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { cacheDir } from '@tessera/platform-config';
import { findHelm, HELM_VERSION, helmPathIn } from './installation';

const MODULE = __dirname;
/** The Kubernetes that `helm template` and `helm lint` assume; without it a build of our own assumes 1.20. */
const KUBE = { major: '1', minor: '36' };

/** Builds Helm into the cache. The binary appears atomically. */
function main(): void {
  const path = helmPathIn(cacheDir());
  if (findHelm(cacheDir()) !== undefined) return console.log(`Helm ${HELM_VERSION} is ready: ${path}`);
  console.log(`Helm ${HELM_VERSION}: the first build compiles for a minute or two`);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}-${process.pid}`;
  const flags = [
    '-s -w',
    `-X helm.sh/helm/v3/internal/version.version=v${HELM_VERSION}`,
    ...['chartutil', 'lint/rules'].flatMap((folder) => [
      `-X helm.sh/helm/v3/pkg/${folder}.k8sVersionMajor=${KUBE.major}`,
      `-X helm.sh/helm/v3/pkg/${folder}.k8sVersionMinor=${KUBE.minor}`,
    ]),
  ].join(' ');
  try {
    const { status, error } = spawnSync(
      'go',
      ['build', '-trimpath', '-ldflags', flags, '-o', partial, 'helm.sh/helm/v3/cmd/helm'],
      { cwd: MODULE, env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' }, stdio: 'inherit' },
    );
    if (status !== 0) throw new Error(`Helm could not be built: ${error?.message ?? `exit code ${status}`}`);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  console.log(`Helm ${HELM_VERSION} is ready: ${path}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
