import type { BodyOf } from '../../../api/client';

type Permissions = BodyOf<'get_roles'>[number]['permissions'];

const WORDS = { read: 'see', create: 'create', update: 'change', delete: 'delete' } as const;
const ORDER = ['read', 'create', 'update', 'delete'] as const;

/** What somebody may do with resources, in words: `see and create`; all four are `everything`. */
export function verbs(actions: readonly string[]): string {
  const may = ORDER.filter((action) => actions.includes(action));
  if (may.length === ORDER.length) return 'everything';
  const words = may.map((action) => WORDS[action]);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Permissions by what may be done, most first: `everything` with these resources, `see` with those. */
export function summary(permissions: Permissions): readonly (readonly [may: string, what: string[]])[] {
  const groups = new Map<string, { readonly count: number; readonly what: string[] }>();
  for (const { displayName, actions } of permissions) {
    if (actions.length === 0) continue;
    const may = verbs(actions);
    const group = groups.get(may) ?? { count: actions.length, what: [] };
    group.what.push(displayName);
    groups.set(may, group);
  }
  return [...groups]
    .sort(([, one], [, other]) => other.count - one.count)
    .map(([may, { what }]) => [may, what]);
}
