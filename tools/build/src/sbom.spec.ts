import type { Metafile } from 'esbuild';
import { CycloneDx } from './cyclone-dx';
import { packagesOf, sbomOf, type Lock } from './sbom';

const LOCK: Lock = {
  'node_modules/a': {
    version: '1.0.0',
    license: 'MIT',
    integrity: 'sha512-AAEC',
    dependencies: { b: '^2.0.0', '@scope/c': '^3.0.0' },
    peerDependencies: { absent: '*', builder: '*' },
  },
  'node_modules/a/node_modules/b': { version: '2.0.0', license: '(MIT OR Apache-2.0)' },
  'node_modules/b': { version: '1.9.0', license: 'SEE LICENSE IN LICENSE.txt', dependencies: { a: '*' } },
  'node_modules/@scope/c': { version: '3.0.0', dependencies: { b: '^1.0.0' } },
  'node_modules/builder': { version: '9.0.0', dev: true },
  'node_modules/unused': { version: '4.0.0' },
};
const SERVICE = { name: '@tessera/app-x', version: '0.1.0', license: 'Apache-2.0' };
const REF = 'pkg:npm/%40tessera/app-x@0.1.0';

describe('the packages of a bundle', () => {
  it('are those that it holds and those that it imports, without what Node has', () => {
    const metafile = {
      inputs: { 'apps/x/src/main.ts': {}, 'node_modules/@scope/c/dist/index.js': {} },
      outputs: {
        'main.js': {
          imports: [
            { path: 'a/sub/path', kind: 'require-call', external: true },
            { path: 'node:fs', kind: 'require-call', external: true },
            { path: 'fs', kind: 'require-call', external: true },
          ],
        },
      },
    } as unknown as Metafile;
    expect(packagesOf(metafile)).toEqual(['@scope/c', 'a']);
  });
});

describe('a bill of materials', () => {
  const sbom = sbomOf(SERVICE, ['a'], LOCK);

  it('has what the packages need, in the version that each of them gets, and nothing else', () => {
    expect(sbom.components.map(({ purl }) => purl)).toEqual([
      'pkg:npm/%40scope/c@3.0.0',
      'pkg:npm/a@1.0.0',
      'pkg:npm/b@2.0.0',
      'pkg:npm/b@1.9.0',
    ]);
    expect(sbom.dependencies).toEqual([
      { ref: REF, dependsOn: ['pkg:npm/a@1.0.0'] },
      { ref: 'pkg:npm/%40scope/c@3.0.0', dependsOn: ['pkg:npm/b@1.9.0'] },
      { ref: 'pkg:npm/a@1.0.0', dependsOn: ['pkg:npm/%40scope/c@3.0.0', 'pkg:npm/b@2.0.0'] },
      { ref: 'pkg:npm/b@1.9.0', dependsOn: ['pkg:npm/a@1.0.0'] },
      { ref: 'pkg:npm/b@2.0.0', dependsOn: [] },
    ]);
  });

  it('has licences as expressions where they are some, and digests in hex', () => {
    const named = new Map(sbom.components.map((one) => [one.purl, one]));
    expect(named.get('pkg:npm/b@2.0.0')?.licenses).toEqual([{ expression: '(MIT OR Apache-2.0)' }]);
    expect(named.get('pkg:npm/b@1.9.0')?.licenses).toEqual([
      { license: { name: 'SEE LICENSE IN LICENSE.txt' } },
    ]);
    expect(named.get('pkg:npm/a@1.0.0')?.hashes).toEqual([{ alg: 'SHA-512', content: '000102' }]);
  });

  it('keeps the rules of CycloneDX 1.6', () => {
    expect(CycloneDx.safeParse(sbom).error).toBeUndefined();
  });

  it('cannot leave out a package that the lock does not know', () => {
    expect(() => sbomOf(SERVICE, ['absent'], LOCK)).toThrow(
      '@tessera/app-x needs absent, which package-lock.json does not have',
    );
  });
});
