// An entry of its own: gateways decide with it and load nothing else of this package.

/**
 * Who may call the endpoint of a workload: everybody, everybody with an accepted credential, the callers named in one of
 * the lists, or nobody.
 */
export type ServingAccess =
  | 'public'
  | 'authenticated'
  | 'nobody'
  | { readonly users: readonly string[]; readonly groups: readonly string[] };

/** The fields of `spec.servingPort` that decide it; whatever else they hold counts as not given. */
interface AccessFields {
  readonly authorizationType?: unknown;
  readonly authorizedUsers?: unknown;
  readonly authorizedGroups?: unknown;
}

/** Verified names of a caller. */
export interface CallerNames {
  /** Names by which `authorizedUsers` may list it, as {@link comparable}. */
  readonly users: ReadonlySet<string>;
  /** Names by which `authorizedGroups` may list one of its groups, as they are. */
  readonly groups: ReadonlySet<string>;
}

/**
 * The access that the fields ask for. Public where nothing is given; lists without a type restrict as well, as in
 * releases without types. A type whose list is empty, or an unknown one, opens the workload to nobody.
 */
export function servingAccess(fields: AccessFields): ServingAccess {
  const users = texts(fields.authorizedUsers);
  const groups = texts(fields.authorizedGroups);
  switch (fields.authorizationType ?? undefined) {
    case undefined:
      return users.length + groups.length === 0 ? 'public' : { users, groups };
    case 'public':
      return 'public';
    case 'authenticatedUsers':
      return 'authenticated';
    case 'authorizedUsers':
      return listed(users, []);
    case 'authorizedGroups':
      return listed([], groups);
    case 'authorizedUsersOrGroups':
      return listed(users, groups);
    default:
      return 'nobody';
  }
}

/** Whether a caller with an accepted credential may call. */
export function mayCall(access: ServingAccess, { users, groups }: CallerNames): boolean {
  if (typeof access === 'string') return access !== 'nobody';
  const listed = listedIn(access);
  return hasAny(listed.users, users) || hasAny(listed.groups, groups);
}

/** Lists as sets, made once: a refusal must not take longer the more names a protected workload lists. */
const LISTED = new WeakMap<object, CallerNames>();

function listedIn(access: Exclude<ServingAccess, string>): CallerNames {
  const known = LISTED.get(access);
  if (known !== undefined) return known;
  const made = { users: new Set(access.users.map(comparable)), groups: new Set(access.groups) };
  LISTED.set(access, made);
  return made;
}

function hasAny(listed: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  for (const name of names) if (listed.has(name)) return true;
  return false;
}

/** Emails are compared without the case of ASCII letters; `<issuer>|<sub>` and names of applications as they are. */
export const comparable = (name: string): string =>
  name.includes('@') && !name.includes('|') ? name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : name;

const listed = (users: readonly string[], groups: readonly string[]): ServingAccess =>
  users.length + groups.length === 0 ? 'nobody' : { users, groups };

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : [];
