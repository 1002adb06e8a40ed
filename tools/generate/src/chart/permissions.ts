import { PERMISSIONS, type ClusterRole, type NamedScope, type Permission } from '@tessera/adapter-kubernetes';
import { stringify } from 'yaml';

const ROLES: readonly ClusterRole[] = ['scheduler', 'gateway'];
const READING: readonly string[] = ['get', 'list', 'watch'];

/**
 * Rules of the chart's roles, by component and scope, as RBAC writes them: `cluster` where the namespaces of projects are
 * not named, `named` where they are.
 */
export function chartPermissions(): string {
  const byRole = ROLES.map((role) => [
    role,
    {
      cluster: rules(of(role, 'cluster')),
      named: namedRules(of(role, 'cluster')),
      namespace: rules(of(role, 'namespace')),
    },
  ]);
  const head = '# Made by `npm run generate` from the permissions of the Kubernetes adapter; do not edit.\n';
  return head + stringify(Object.fromEntries(byRole), { aliasDuplicateObjects: false });
}

const of = (role: ClusterRole, scope: Permission['scope']): readonly Permission[] =>
  PERMISSIONS.filter((one) => one.role === role && one.scope === scope);

/** By where they are bound. The namespace of reservation pods is one of those in which the scheduler works. */
function namedRules(all: readonly Permission[]) {
  const scoped = (...scopes: readonly NamedScope[]) =>
    all.filter(({ named = 'cluster' }) => scopes.includes(named));
  const everywhere = scoped('cluster', 'reads').map((one) =>
    one.named === 'reads' ? { ...one, verbs: one.verbs.filter((verb) => READING.includes(verb)) } : one,
  );
  const reservations = scoped('reservations');
  return {
    cluster: rules(everywhere.filter(({ verbs }) => verbs.length > 0)),
    objects: rules(scoped('objects')),
    projects: rules(scoped('reads', 'projects')),
    reservations: reservations.length === 0 ? [] : rules(scoped('reads', 'projects', 'reservations')),
  };
}

const rules = (permissions: readonly Permission[]) =>
  permissions.map(({ apiGroup, resource, verbs }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
  }));
