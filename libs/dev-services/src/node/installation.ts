import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findKube } from '../kubernetes';
import { ORIGINS, type Origin } from './programs';

/** The command that builds what is missing. */
export const BUILD_COMMAND = 'npm run build:node';
const DEBIAN_COMMAND = 'apt-get install containernetworking-plugins iproute2';
/** Where Debian keeps the programs that give a pod its network. */
export const CNI_FOLDER = '/usr/lib/cni';
const CNI_PLUGINS = ['bridge', 'host-local', 'loopback'];

/** Absolute paths of the programs. */
export interface NodeInstallation {
  readonly kubelet: string;
  readonly containerd: string;
  readonly 'containerd-shim-runc-v2': string;
  readonly ctr: string;
  readonly runc: string;
  readonly 'fake-gpu-plugin': string;
  readonly reservation: string;
  readonly 'model-server': string;
  readonly pause: string;
}

/** Result of the search: the installation, or what is missing and what to do. */
export type NodeSearch =
  | { readonly found: true; readonly installation: NodeInstallation }
  | { readonly found: false; readonly reason: string; readonly how: string };

type Env = Readonly<Record<string, string | undefined>>;

/** Folder of the programs of one origin, whether or not they exist. */
export const binDirOf = (cacheDir: string, { folder }: Origin): string => join(cacheDir, folder, 'bin');

/** Looks for the requirements of a real node on this machine: Linux, root, programs in the cache, Debian packages. */
export function findNode({
  cacheDir,
  env = process.env,
  platform = process.platform,
  userId = process.getuid?.(),
  cniFolder = CNI_FOLDER,
}: {
  cacheDir: string;
  env?: Env;
  platform?: NodeJS.Platform;
  userId?: number | undefined;
  cniFolder?: string;
}): NodeSearch {
  if (platform !== 'linux')
    return { found: false, reason: `containers need Linux and this is ${platform}`, how: 'use Linux' };
  const { places, absent } = placesIn(cacheDir, env);
  if (absent.length > 0)
    return { found: false, reason: `no ${absent.join(', ')} in ${cacheDir}`, how: BUILD_COMMAND };
  const folders = (env['PATH'] ?? '').split(delimiter);
  const lacking = [
    ...CNI_PLUGINS.map((name) => join(cniFolder, name)).filter((path) => !existsSync(path)),
    ...(folders.some((folder) => existsSync(join(folder, 'ip'))) ? [] : ['ip on the PATH']),
  ];
  if (lacking.length > 0) return { found: false, reason: `no ${lacking.join(', ')}`, how: DEBIAN_COMMAND };
  if (userId !== 0)
    return { found: false, reason: 'a kubelet has to run as root', how: 'run the same command as root' };
  return { found: true, installation: places as unknown as NodeInstallation };
}

function placesIn(
  cacheDir: string,
  env: Env,
): { places: Readonly<Record<string, string>>; absent: readonly string[] } {
  const kube = findKube({ cacheDir, binaries: ['kubelet'], env });
  const places: Record<string, string> = {};
  const absent: string[] = [];
  const kubelet = kube.found ? kube.installation.binaries.kubelet : undefined;
  if (kubelet === undefined) absent.push('kubelet');
  else places['kubelet'] = kubelet;
  for (const origin of ORIGINS)
    for (const name of Object.keys(origin.packages)) {
      const path = join(binDirOf(cacheDir, origin), name);
      if (existsSync(path)) places[name] = path;
      else absent.push(name);
    }
  return { places, absent };
}
