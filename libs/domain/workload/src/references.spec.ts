import { claimBehind, namedAssets, secretBehind } from './references';
import { toIntent } from './compile/to-intent';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const SPEC = {
  image: 'model:1',
  environmentVariables: [
    { name: 'A', userCredential: { name: 'token', key: 'k' } },
    { name: 'B', secret: { name: 'token', key: 'k' } },
    { name: 'C', userCredential: { name: 'dropped', key: 'k' }, exclude: true },
  ],
  imagePullSecrets: [{ name: 'pull' }, null],
  storage: {
    dataVolume: [
      { id: ID, mountPath: '/a' },
      { id: 'gone', mountPath: '/b', exclude: true },
    ],
    git: [
      { repository: 'r', path: '/c', passwordSecret: 'git' },
      { repository: 'r', path: '/d', passwordSecret: 'old', secretRef: { name: 'new' } },
    ],
  },
};
const REFERENCES = {
  dataVolumes: { [ID]: 'claim' },
  credentials: { token: 'token-secret', pull: 'pull-secret', git: 'git-secret', new: 'new-secret' },
};

describe('the references of a spec', () => {
  it('are found in the fields that use them, and nowhere else', () => {
    expect(namedAssets(SPEC)).toEqual({
      dataVolumes: [{ id: ID, at: 'spec.storage.dataVolume[0].id' }],
      credentials: ['git', 'new', 'token', 'pull'],
    });
    expect(namedAssets({})).toEqual({ dataVolumes: [], credentials: [] });
  });

  it('resolve to their own name unless the organisation defines another', () => {
    expect(claimBehind(ID, {})).toBe(`data-${ID}`);
    expect(secretBehind('constructor', { credentials: {} })).toBe('constructor');
    const { container, imagePullSecrets, storage } = toIntent(SPEC).intent;
    expect(imagePullSecrets).toEqual(['pull']);
    expect(container.env).toMatchObject([{ object: 'token' }, { object: 'token' }]);
    expect(storage.volumes).toMatchObject([{ claim: `data-${ID}` }, { secret: 'git' }, { secret: 'new' }]);
  });

  it('resolve to the objects of the organisation; a Secret named directly stays', () => {
    const { container, imagePullSecrets, storage } = toIntent(SPEC, REFERENCES).intent;
    expect(imagePullSecrets).toEqual(['pull-secret']);
    expect(container.env).toMatchObject([{ object: 'token-secret' }, { object: 'token' }]);
    expect(storage.volumes).toMatchObject([
      { claim: 'claim' },
      { secret: 'git-secret' },
      { secret: 'new-secret' },
    ]);
  });
});
