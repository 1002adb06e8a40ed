import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binDirOf, findNode } from './installation';
import { CONTAINERD_VERSION, ORIGINS, RUNC_VERSION } from './programs';
import { mountsBelow } from './sweep';

describe('findNode', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tessera-node-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (path: string, ...names: readonly string[]): void => {
    mkdirSync(path, { recursive: true });
    names.forEach((name) => writeFileSync(join(path, name), ''));
  };
  const build = (): void => {
    put(folder, 'kubelet');
    for (const origin of ORIGINS) put(binDirOf(folder, origin), ...Object.keys(origin.packages));
  };
  const install = (): void => {
    put(join(folder, 'cni'), 'bridge', 'host-local', 'loopback');
    put(folder, 'ip');
  };
  const find = (given: Partial<Parameters<typeof findNode>[0]> = {}): ReturnType<typeof findNode> =>
    findNode({
      cacheDir: folder,
      env: { KUBEBUILDER_ASSETS: folder, PATH: folder },
      platform: 'linux',
      userId: 0,
      cniFolder: join(folder, 'cni'),
      ...given,
    });

  it('names the command that builds what is missing', () => {
    expect(find()).toMatchObject({
      reason: expect.stringMatching(/^no kubelet, containerd, .*runc.*pause in /) as string,
      how: 'npm run build:node',
    });
  });

  it('names the Debian packages', () => {
    build();
    expect(find()).toMatchObject({
      reason: expect.stringMatching(/bridge.*ip on the PATH$/) as string,
      how: expect.stringMatching(/^apt-get install containernetworking-plugins/) as string,
    });
  });

  it('reports that it needs root, and Linux', () => {
    build();
    install();
    expect(find({ userId: 1000 })).toMatchObject({ found: false, reason: 'a kubelet has to run as root' });
    expect(find({ platform: 'darwin' })).toMatchObject({
      reason: 'containers need Linux and this is darwin',
    });
  });

  it('finds everything', () => {
    build();
    install();
    expect(find()).toMatchObject({ found: true, installation: { kubelet: join(folder, 'kubelet') } });
  });
});

it.each([
  ['containerd', `github.com/containerd/containerd/v2 v${CONTAINERD_VERSION}`],
  ['runc', `github.com/opencontainers/runc v${RUNC_VERSION}`],
])('the module of %s requires the version that the cache is keyed by', (module, required) => {
  expect(readFileSync(join(__dirname, module, 'go.mod'), 'utf8')).toContain(`require ${required}\n`);
});

it('mounts are ours only below the folder, also with a blank in the name', () => {
  const info = [
    '29 1 8:1 / / rw - ext4 /dev/a rw',
    '30 29 0:30 / /data/node rw - tmpfs tmpfs rw',
    '31 29 0:31 / /data/node/a\\040b rw - tmpfs tmpfs rw',
    '32 29 0:32 / /data/node-2/c rw - tmpfs tmpfs rw',
  ].join('\n');
  expect(mountsBelow('/data/node', info)).toEqual(['/data/node/a b']);
});
