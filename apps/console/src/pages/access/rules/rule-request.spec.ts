import { labelOf, ruleOf, SCOPES } from './rule-request';

const FIELDS = {
  ...{ subjectType: 'user', subjectId: ' ada@example.com ', roleId: '9' },
  ...{ scopeType: 'project', scopeId: '1' },
};
const form = (fields: Readonly<Record<string, string>>): Pick<FormData, 'get'> => ({
  get: (name) => fields[name] ?? null,
});

it('makes a rule of the fields of the form, its issuer where one was typed', () => {
  const rule = { ...FIELDS, subjectId: 'ada@example.com', roleId: 9 };
  expect(ruleOf(form(FIELDS))).toEqual(rule);
  expect(ruleOf(form({ ...FIELDS, issuer: ' ' }))).toEqual(rule);
  expect(ruleOf(form({ ...FIELDS, issuer: 'https://login.example' }))).toEqual({
    ...rule,
    issuer: 'https://login.example',
  });
});

it('names what it knows, and shows what it does not know as it is', () => {
  expect([labelOf(SCOPES, 'tenant'), labelOf(SCOPES, 'system')]).toEqual(['Tenant', 'system']);
});
