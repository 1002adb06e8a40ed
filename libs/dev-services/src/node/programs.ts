import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CONTAINERD_VERSION = '2.2.1';
export const RUNC_VERSION = '1.4.2';

const HERE = __dirname;
const CONTAINERD = 'github.com/containerd/containerd/v2/cmd';

/** Programs that come from one Go module and stand in one folder of the cache. */
export interface Origin {
  /** Folder with the go.mod that pins the version. */
  readonly module: string;
  /** Main package by program. */
  readonly packages: Readonly<Record<string, string>>;
  readonly ldflags: string;
  readonly tags?: readonly string[];
  readonly cgo?: boolean;
  /** Name of the folder in the cache; another version has another one. */
  readonly folder: string;
}

/** What runs containers, and the programs of ours that run in them and beside them. kubelet is built with Kubernetes. */
export const ORIGINS: readonly Origin[] = [
  {
    module: join(HERE, 'containerd'),
    packages: {
      containerd: `${CONTAINERD}/containerd`,
      'containerd-shim-runc-v2': `${CONTAINERD}/containerd-shim-runc-v2`,
      ctr: `${CONTAINERD}/ctr`,
    },
    ldflags: `-s -w -X github.com/containerd/containerd/v2/version.Version=v${CONTAINERD_VERSION}`,
    folder: `containerd-${CONTAINERD_VERSION}`,
  },
  {
    module: join(HERE, 'runc'),
    packages: { runc: 'github.com/opencontainers/runc' },
    ldflags: `-s -w -X main.version=${RUNC_VERSION}`,
    tags: ['seccomp'],
    cgo: true,
    folder: `runc-${RUNC_VERSION}`,
  },
  {
    module: join(HERE, 'programs'),
    packages: {
      'fake-gpu-plugin': './fake-gpu-plugin',
      reservation: './reservation',
      'model-server': './model-server',
      pause: './pause',
    },
    ldflags: '-s -w',
    folder: `node-programs-${sourceHash(join(HERE, 'programs'))}`,
  },
];

/** Programs of ours change without a version, so that their sources name them. */
function sourceHash(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(go|mod|sum)$/.test(name))
    .sort();
  const hash = createHash('sha256');
  for (const name of files) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
