import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { API_SERVER_BINARIES, KUBE_VERSION, type KubeBinary } from './binaries';

/** The command that builds what is missing. */
export const BUILD_COMMAND = 'npm run build:kube';

/** The requested binaries, all of which exist. */
export interface KubeInstallation {
  /** Version that we build; binaries from KUBEBUILDER_ASSETS may be of another one. */
  readonly version: string;
  /** Absolute path of every requested binary. */
  readonly binaries: Readonly<Partial<Record<KubeBinary, string>>>;
}

/** Result of the search: the installation, or what is missing, why, and what to do. */
export type KubeSearch =
  | { readonly found: true; readonly installation: KubeInstallation }
  | {
      readonly found: false;
      /** `binaries` means that the Go tools which build them are there. */
      readonly missing: 'go' | 'binaries';
      readonly reason: string;
      readonly how: string;
    };

export type Env = Readonly<Record<string, string | undefined>>;

/** Folder of the binaries of this version, whether or not they exist. */
export function binDirIn(cacheDir: string): string {
  return join(cacheDir, `kube-${KUBE_VERSION}`, 'bin');
}

/**
 * Looks for the binaries in the folder that KUBEBUILDER_ASSETS names (the convention of
 * sigs.k8s.io/controller-runtime/pkg/envtest), then in the cache; each binary by itself, because such a folder often
 * holds no controller manager.
 */
export function findKube({
  cacheDir,
  binaries = API_SERVER_BINARIES,
  env = process.env,
}: {
  cacheDir: string;
  binaries?: readonly KubeBinary[];
  env?: Env;
}): KubeSearch {
  const assets = env['KUBEBUILDER_ASSETS'];
  const folders = [...(assets ? [assets] : []), binDirIn(cacheDir)];
  const places = binaries.map((name) => [name, firstExisting(name, folders)] as const);
  const absent = places.filter(([, path]) => path === undefined).map(([name]) => name);
  if (absent.length === 0) {
    return { found: true, installation: { version: KUBE_VERSION, binaries: Object.fromEntries(places) } };
  }
  const reason = `no ${absent.join(', ')} in ${folders.join(' or ')}`;
  if (firstExisting('go', (env['PATH'] ?? '').split(delimiter)) === undefined) {
    const how = `install Go, then ${BUILD_COMMAND}; or set KUBEBUILDER_ASSETS`;
    return { found: false, missing: 'go', reason: `${reason}, and no go on the PATH to build it`, how };
  }
  return { found: false, missing: 'binaries', reason, how: BUILD_COMMAND };
}

function firstExisting(name: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder.length > 0)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
