import { PERMISSIONS, type ClusterRole, type Permission } from '@tessera/adapter-kubernetes';
import { stringify } from 'yaml';

const ROLES: readonly ClusterRole[] = ['scheduler', 'gateway'];

/** Rules of the chart's roles, by component and scope, as RBAC writes them. */
export function chartPermissions(): string {
  const byRole = ROLES.map((role) => [
    role,
    { cluster: rules(role, 'cluster'), namespace: rules(role, 'namespace') },
  ]);
  const head = '# Made by `npm run generate` from the permissions of the Kubernetes adapter; do not edit.\n';
  return head + stringify(Object.fromEntries(byRole), { aliasDuplicateObjects: false });
}

const rules = (role: ClusterRole, scope: Permission['scope']) =>
  PERMISSIONS.filter((one) => one.role === role && one.scope === scope).map(
    ({ apiGroup, resource, verbs }) => ({ apiGroups: [apiGroup], resources: [resource], verbs }),
  );
