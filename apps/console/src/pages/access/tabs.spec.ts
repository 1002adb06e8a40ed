import { ApiError, OfflineError } from '../../api/api-error';
import { mayBy } from '../../api/rights';
import { tabsFor } from './tabs';

const permission = (resourceType: string, actions: readonly ('read' | 'create')[]) => ({
  ...{ resourceType, displayName: '', groupId: 'iam' as const },
  actions: [...actions],
});
const all = mayBy(['inferences', 'access_rules', 'apps', 'users'].map((one) => permission(one, ['read'])));
const none = { data: undefined, error: null };
const answered = { data: [], error: null };
const shown = (...parameters: Parameters<typeof tabsFor>) => tabsFor(...parameters).map(([tab]) => tab);

describe('the parts of the access page', () => {
  it('are all there for those who may read everything', () => {
    expect(shown(all, { applications: answered, users: answered })).toEqual([
      'keys',
      'rules',
      'applications',
      'users',
      'roles',
    ]);
  });

  it('are the roles alone for those who may read nothing', () => {
    expect(shown(mayBy([]), {})).toEqual(['roles']);
    expect(shown(mayBy([permission('inferences', ['create'])]), {})).toEqual(['roles']);
  });

  it.each([
    ['has not answered yet', none, false],
    ['refuses them', { ...none, error: new ApiError(403, 'Forbidden') }, false],
    ['cannot be reached', { ...none, error: new OfflineError() }, true],
    ['has an error', { ...none, error: new ApiError(503, 'Unavailable') }, true],
    ['answered, and cannot be reached now', { data: [], error: new OfflineError() }, true],
  ])('has applications where the API %s: %j', (_, probe, there) => {
    expect(shown(all, { applications: probe, users: answered }).includes('applications')).toBe(there);
  });
});
