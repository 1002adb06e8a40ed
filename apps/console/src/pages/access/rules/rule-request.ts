/** Kinds of subjects that a rule can name, and what identifies one. */
export const SUBJECTS = [
  ['user', 'User', 'Email'],
  ['group', 'Group', 'Name in the claim “groups”'],
  ['app', 'Application', 'Client id'],
  ['service-account', 'Service account', 'Subject (sub) of its tokens'],
] as const;

/** Kinds of scopes, the narrowest first. */
export const SCOPES = [
  ['project', 'Project'],
  ['department', 'Department'],
  ['cluster', 'Cluster'],
  ['tenant', 'Tenant'],
] as const;
export type ScopeType = (typeof SCOPES)[number][0];

/** The body of a rule by the fields of the form. */
export function ruleOf(fields: Pick<FormData, 'get'>): object {
  const text = (name: string): string => String(fields.get(name) ?? '').trim();
  return {
    subjectType: text('subjectType'),
    subjectId: text('subjectId'),
    roleId: Number(text('roleId')),
    scopeType: text('scopeType'),
    scopeId: text('scopeId'),
    ...(text('issuer') === '' ? {} : { issuer: text('issuer') }),
  };
}

/** A kind in words. */
export const labelOf = (
  kinds: readonly (readonly [kind: string, label: string, ...rest: unknown[]])[],
  kind: string,
): string => kinds.find(([one]) => one === kind)?.[1] ?? kind;
