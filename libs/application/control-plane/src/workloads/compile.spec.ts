import fc from 'fast-check';
import { gpuPortion } from '@tessera/testing-builders';
import { compileSpec } from './compile';

const NAMES = ['token', 'no name of a Secret', '0c0c0c0c-0000-4000-8000-00000000000c'];
const spec = {
  image: 'model:1',
  environmentVariables: NAMES.map((name, index) => ({
    name: `TOKEN_${index}`,
    userCredential: { name, key: 'k' },
  })),
  imagePullSecrets: NAMES.map((name) => ({ name })),
  storage: {
    dataVolume: [
      { id: NAMES[2], mountPath: '/a' },
      { id: 'other', mountPath: '/a/' },
    ],
    git: [{ repository: 'https://git.example/r', path: '/code', passwordSecret: 'token' }],
  },
};

describe('a compiled spec', () => {
  // Names of credentials and their Secrets are checked when a credential is created.
  const secret = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
  const some = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), secret, { noNullPrototype: true });

  it('ignores the same fields whatever its data volumes and credentials resolve to', () => {
    const fields = (references?: object) =>
      compileSpec({ specSettings: {} }, spec, references).ignoredFields.map(({ field }) => field);
    expect(fields()).toEqual(['spec.environmentVariables[1].userCredential', 'spec.storage.dataVolume[1]']);
    fc.assert(
      fc.property(
        some(['token', NAMES[2] as string]),
        some([NAMES[2] as string]),
        (credentials, dataVolumes) => {
          expect(fields({ credentials, dataVolumes })).toEqual(fields());
        },
      ),
    );
  });

  it('ignores what the settings of the platform refuse', () => {
    const shared = {
      image: 'model:1',
      compute: gpuPortion(0.5),
      environmentVariables: [{ name: 'LD_PRELOAD', value: '/own.so' }],
    };
    const ignored = (specSettings: object) => compileSpec({ specSettings }, shared).ignoredFields.length;
    expect([ignored({}), ignored({ gpuMemoryEnforcement: 'hami-core' })]).toEqual([0, 1]);
  });
});
