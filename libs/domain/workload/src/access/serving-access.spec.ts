import { comparable, mayCall, servingAccess, type ServingAccess } from './serving-access';

const caller = (users: readonly string[] = [], groups: readonly string[] = []) => ({
  users: new Set(users.map(comparable)),
  groups: new Set(groups),
});

describe('the access to a workload', () => {
  it.each<[Parameters<typeof servingAccess>[0], ServingAccess]>([
    [{}, 'public'],
    [{ authorizationType: null, authorizedUsers: null, authorizedGroups: [] }, 'public'],
    [{ authorizationType: 'public', authorizedUsers: ['ada'] }, 'public'],
    [{ authorizationType: 'authenticatedUsers', authorizedUsers: ['ada'] }, 'authenticated'],
    [
      { authorizationType: 'authorizedUsers', authorizedUsers: ['ada'] },
      { users: ['ada'], groups: [] },
    ],
    [
      { authorizationType: 'authorizedUsers', authorizedUsers: ['ada'], authorizedGroups: ['g'] },
      { users: ['ada'], groups: [] },
    ],
    [
      { authorizationType: 'authorizedGroups', authorizedGroups: ['g'] },
      { users: [], groups: ['g'] },
    ],
    [
      { authorizationType: 'authorizedUsersOrGroups', authorizedUsers: ['a'] },
      { users: ['a'], groups: [] },
    ],
    [
      { authorizationType: 'authorizedUsersOrGroups', authorizedGroups: ['g'] },
      { users: [], groups: ['g'] },
    ],
    [{ authorizedUsers: ['ada'] }, { users: ['ada'], groups: [] }],
    [{ authorizedGroups: ['g'] }, { users: [], groups: ['g'] }],
    [{ authorizationType: 'authorizedUsersOrGroups' }, 'nobody'],
    [{ authorizationType: 'authorizedUsers', authorizedUsers: [''] }, 'nobody'],
    [{ authorizationType: 'authorizedGroups', authorizedUsers: ['ada'] }, 'nobody'],
    [{ authorizationType: 'Public' }, 'nobody'],
    [{ authorizationType: 7 }, 'nobody'],
    [{ authorizationType: 'authorizedUsers', authorizedUsers: 'ada' }, 'nobody'],
  ])('of %j is %j', (fields, access) => {
    expect(servingAccess(fields)).toEqual(access);
  });
});

describe('a caller with an accepted credential', () => {
  it.each<[ServingAccess, readonly string[], readonly string[], boolean]>([
    ['public', [], [], true],
    ['authenticated', [], [], true],
    ['nobody', ['ada'], ['g'], false],
    [{ users: ['Ada@Example.com'], groups: [] }, ['ada@example.com'], [], true],
    [{ users: ['ada@example.com'], groups: [] }, ['eve@example.com'], ['ada@example.com'], false],
    [{ users: [], groups: ['g'] }, ['g'], [], false],
    [{ users: [], groups: ['g'] }, [], ['h', 'g'], true],
    [{ users: [], groups: ['g'] }, [], ['G'], false],
    [{ users: ['https://i|Ada@x'], groups: [] }, ['https://i|ada@x'], [], false],
    [{ users: ['CI'], groups: [] }, ['ci'], [], false],
    // The Kelvin sign is no k.
    [{ users: ['kay@example.com'], groups: [] }, ['\u212aay@example.com'], [], false],
  ])('of %j with the names %j and groups %j may call: %s', (access, users, groups, may) => {
    expect(mayCall(access, caller(users, groups))).toBe(may);
  });
});
