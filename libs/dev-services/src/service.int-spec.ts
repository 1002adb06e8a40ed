import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { service } from './service';

describe('service', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tessera-service-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['prometheus', 'chromium'] as const)('finds %s on the PATH and nowhere else', (name) => {
    const env = { PATH: `/nowhere:${folder}` };
    expect(service(name, env)).toMatchObject({ available: false, how: `apt-get install ${name}` });

    writeFileSync(join(folder, name), '');

    expect(service(name, env)).toEqual({ available: true, reason: join(folder, name), how: '' });
  });

  it('finds a Kubernetes API server in the cache, and names the command that builds it', () => {
    const env = { TESSERA_CACHE: folder, PATH: folder };
    writeFileSync(join(folder, 'go'), '');
    expect(service('kubernetes', env)).toMatchObject({ available: false, how: 'npm run build:kube' });

    const bin = join(folder, 'kube-1.36.3', 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager'])
      writeFileSync(join(bin, name), '');

    expect(service('kubernetes', env)).toMatchObject({
      available: true,
      reason: join(bin, 'kube-apiserver'),
    });
  });

  it('names the program that Kafka misses first', () => {
    expect(service('kafka', { TESSERA_CACHE: folder, PATH: folder }).reason).toBe('no java on the PATH');
  });
});
