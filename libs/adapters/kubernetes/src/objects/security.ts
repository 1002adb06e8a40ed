import type { V1PodSecurityContext, V1SecurityContext } from '@kubernetes/client-node';
import type { SecurityIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';

/**
 * Capabilities kept by containers that may run as root: ordinary images need them to change the owner of files and to
 * switch users. The level `baseline` of the Pod Security Standards allows all of them. A container that does not run as
 * root needs none.
 */
export const KEPT_AS_ROOT = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
] as const;

/** User of the git-sync image; clone containers run as this user if the pod would run as root. */
const GIT_USER = 65533;

/** True if nothing prevents the container from running as root. */
const mayBeRoot = ({ runAsNonRoot, runAsUid }: SecurityIntent): boolean =>
  runAsNonRoot !== true && (runAsUid ?? 0) === 0;

/** Security context of the pod: the requested ids, and always a seccomp profile. */
export function podSecurity(security: SecurityIntent): V1PodSecurityContext {
  const { seccompProfile, runAsUid, runAsGid, supplementalGroups } = security;
  return {
    seccompProfile: { type: seccompProfile ?? 'RuntimeDefault' },
    ...maybe('runAsUser', runAsUid),
    ...maybe('runAsGroup', runAsGid),
    ...(supplementalGroups === undefined ? {} : { supplementalGroups: [...supplementalGroups] }),
  };
}

/**
 * Security context of the user's container. It drops all capabilities except the requested ones and, if it may run as
 * root, the usual ones. Privilege escalation is off, except with SYS_ADMIN, which implies all rights and which
 * Kubernetes does not allow together with that setting.
 */
export function mainSecurity(security: SecurityIntent): V1SecurityContext {
  const { capabilities, runAsNonRoot, readOnlyRootFilesystem } = security;
  const add = [...new Set([...(mayBeRoot(security) ? KEPT_AS_ROOT : []), ...capabilities])];
  return {
    ...(capabilities.includes('SYS_ADMIN') ? {} : { allowPrivilegeEscalation: false }),
    capabilities: { drop: ['ALL'], ...(add.length === 0 ? {} : { add }) },
    ...maybe('runAsNonRoot', runAsNonRoot),
    ...maybe('readOnlyRootFilesystem', readOnlyRootFilesystem),
  };
}

/**
 * Security settings of a workload in a namespace of the level `restricted`: not as root unless it says otherwise,
 * because the cluster would refuse it. Elsewhere that would stop images that have to run as root.
 */
export const restricted = (security: SecurityIntent): SecurityIntent => ({
  ...security,
  runAsNonRoot: security.runAsNonRoot ?? true,
});

/** Security context of the clone containers: never root, whatever the user's container is. */
export const gitSecurity = ({ runAsUid }: SecurityIntent): V1SecurityContext => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  ...(runAsUid === 0 ? { runAsUser: GIT_USER } : {}),
});
