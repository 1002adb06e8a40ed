import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_SERVER_BINARIES, GO_PACKAGES, KUBE_VERSION } from './binaries';
import { linkerFlags } from './ensure';
import { binDirIn, findKube } from './installation';

describe('findKube', () => {
  let folder: string;
  let assets: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-kube-'));
    assets = join(folder, 'assets');
    [assets, binDirIn(folder)].forEach((path) => mkdirSync(path, { recursive: true }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (path: string, ...names: readonly string[]): void =>
    names.forEach((name) => writeFileSync(join(path, name), ''));
  const find = (env: Readonly<Record<string, string>>): ReturnType<typeof findKube> =>
    findKube({ cacheDir: folder, env });

  it('reports what is missing and that Go is not installed', () => {
    put(binDirIn(folder), 'etcd', 'kube-apiserver');
    expect(find({})).toMatchObject({
      missing: 'go',
      reason: expect.stringMatching(/^no kube-controller-manager in .* no go on the PATH/) as string,
    });
  });

  it('names the command that builds it', () => {
    put(folder, 'go');
    expect(find({ PATH: folder })).toMatchObject({ missing: 'binaries', how: 'npm run build:kube' });
  });

  it('needs no Go once everything is built', () => {
    put(binDirIn(folder), ...API_SERVER_BINARIES);
    expect(find({})).toMatchObject({ found: true, installation: { version: KUBE_VERSION } });
  });

  it('prefers the programs of KUBEBUILDER_ASSETS and takes the others from the cache', () => {
    put(assets, 'etcd', 'kube-apiserver');
    put(binDirIn(folder), ...API_SERVER_BINARIES);
    expect(find({ KUBEBUILDER_ASSETS: assets })).toMatchObject({
      installation: {
        binaries: {
          etcd: join(assets, 'etcd'),
          'kube-apiserver': join(assets, 'kube-apiserver'),
          'kube-controller-manager': join(binDirIn(folder), 'kube-controller-manager'),
        },
      },
    });
  });
});

describe('the Go module', () => {
  const text = (file: string): string => readFileSync(join(__dirname, file), 'utf8');

  it('requires the version that the cache is keyed by', () => {
    expect(text('go.mod')).toContain(`\tk8s.io/kubernetes v${KUBE_VERSION}\n`);
  });

  it('replaces every staging module by the same release', () => {
    const replaced = [...text('go.mod').matchAll(/^\t(\S+) => (\S+) (\S+)$/gm)];
    const release = `v0.${KUBE_VERSION.split('.').slice(1).join('.')}`;
    expect(replaced.length).toBeGreaterThan(30);
    for (const [, from, to, version] of replaced) expect([to, version]).toEqual([from, release]);
  });

  it('pins every program that can be built', () => {
    const pinned = [...text('tools.go').matchAll(/_ "([^"]+)"/g)].map((match) => match[1]);
    expect(pinned.toSorted()).toEqual(Object.values(GO_PACKAGES).toSorted());
  });
});

it('the linker gets the version', () => {
  expect(linkerFlags('1.36.3')).toBe(
    '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3' +
      ' -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36',
  );
});
