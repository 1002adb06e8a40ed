import { pathWithin, witnessOf } from './history';

const object = (name: string, resourceVersion: string) => ({
  metadata: { name, uid: name, resourceVersion },
});

describe('the witness of a history', () => {
  it('is the newest object that is not newer than the version', () => {
    const objects = [object('old', '9'), object('newest', '10'), object('own', '12')];
    expect(witnessOf(objects, '11')?.metadata.name).toBe('newest');
  });

  it('is none where nothing is known, or own writes alone', () => {
    expect(witnessOf([], '11')).toBeUndefined();
    expect(witnessOf([object('own', '12')], '11')).toBeUndefined();
  });
});

describe('the list path of a namespace', () => {
  it.each([
    ['/api/v1/pods', 'team', '/api/v1/namespaces/team/pods'],
    ['/apis/apps/v1/deployments', 'team', '/apis/apps/v1/namespaces/team/deployments'],
    ['/api/v1/namespaces/team/pods', 'team', '/api/v1/namespaces/team/pods'],
    ['/api/v1/nodes', undefined, '/api/v1/nodes'],
    ['/api/v1/namespaces', undefined, '/api/v1/namespaces'],
  ])('of %s in %s is %s', (path, namespace, expected) => {
    expect(pathWithin(path, namespace)).toBe(expected);
  });
});
