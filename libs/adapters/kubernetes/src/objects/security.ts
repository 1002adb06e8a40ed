import type { V1PodSecurityContext, V1SecurityContext } from '@kubernetes/client-node';
import type { SecurityIntent } from '@tessera/domain-workload';

/**
 * Capabilities that containers keep which may run as root: those with which ordinary images take their files and change
 * to a user of their own. All of them are in the level `baseline` of the Pod Security Standards. A container that runs as
 * another user than root has no use for any of them.
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

/** User of the image of git-sync, and of what clones with it where the pod would run as root. */
const GIT_USER = 65533;

/** Nothing says that the container cannot run as root. */
const mayBeRoot = ({ runAsNonRoot, runAsUid }: SecurityIntent): boolean =>
  runAsNonRoot !== true && (runAsUid ?? 0) === 0;

/** Of the pod: the ids that were asked for, and a seccomp profile in any case. */
export function podSecurity(security: SecurityIntent): V1PodSecurityContext {
  const { seccompProfile, runAsUid, runAsGid, supplementalGroups } = security;
  return {
    seccompProfile: { type: seccompProfile ?? 'RuntimeDefault' },
    ...(runAsUid === undefined ? {} : { runAsUser: runAsUid }),
    ...(runAsGid === undefined ? {} : { runAsGroup: runAsGid }),
    ...(supplementalGroups === undefined ? {} : { supplementalGroups: [...supplementalGroups] }),
  };
}

/**
 * Of the user's container: every capability is dropped but those that were asked for and, where it may run as root, the
 * usual ones. No program in it gets more rights than it began with. Kubernetes refuses that together with SYS_ADMIN, which
 * implies all rights anyway.
 */
export function mainSecurity(security: SecurityIntent): V1SecurityContext {
  const { capabilities, runAsNonRoot, readOnlyRootFilesystem } = security;
  const add = [...new Set([...(mayBeRoot(security) ? KEPT_AS_ROOT : []), ...capabilities])];
  return {
    ...(capabilities.includes('SYS_ADMIN') ? {} : { allowPrivilegeEscalation: false }),
    capabilities: { drop: ['ALL'], ...(add.length === 0 ? {} : { add }) },
    ...(runAsNonRoot === undefined ? {} : { runAsNonRoot }),
    ...(readOnlyRootFilesystem === undefined ? {} : { readOnlyRootFilesystem }),
  };
}

/** Of the containers that clone repositories: never root, whatever the user's container is. */
export const gitSecurity = ({ runAsUid }: SecurityIntent): V1SecurityContext => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  ...(runAsUid === 0 ? { runAsUser: GIT_USER } : {}),
});
