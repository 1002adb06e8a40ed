import { summary, verbs } from './summary';

it.each([
  [[], ''],
  [['read'], 'see'],
  [['update', 'read'], 'see and change'],
  [['create', 'read', 'delete'], 'see, create and delete'],
  [['delete', 'update', 'create', 'read'], 'everything'],
])('says of %j: %s', (actions, words) => {
  expect(verbs(actions)).toBe(words);
});

it('says of a role what it may do with what, most first', () => {
  const permission = (displayName: string, ...actions: ('read' | 'create' | 'update' | 'delete')[]) => ({
    ...{ resourceType: displayName, displayName, groupId: 'iam' as const, actions },
  });
  expect(
    summary([
      permission('Nodes', 'read'),
      permission('Workloads', 'read', 'create', 'update', 'delete'),
      permission('Roles', 'read'),
      permission('Users'),
      permission('Credentials', 'read', 'create'),
    ]),
  ).toEqual([
    ['everything', ['Workloads']],
    ['see and create', ['Credentials']],
    ['see', ['Nodes', 'Roles']],
  ]);
});
