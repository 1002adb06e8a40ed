import type { Priority, TrafficLimits } from '@tessera/contracts-internal/gateway';
import { mayCall, type CallerNames } from '@tessera/domain-workload/access';
import type { Workload } from '../routing/workload';

/** The workloads that a serving key grants access to. */
export interface KeyScope {
  /** Names of projects: the key grants access to all of their workloads. */
  readonly projects: ReadonlySet<string>;
  /** Ids of further workloads. */
  readonly workloads: ReadonlySet<string>;
}

/** The authenticated caller of a request. */
export interface Caller {
  readonly kind: 'user' | 'app' | 'key';
  /** Id of the subject; for a subject of another issuer `<issuer>|<sub>`; id of the key. */
  readonly id: string;
  /** Email of a user, client id of an application, name of a key. */
  readonly name: string;
  /** The names by which a workload's access lists may refer to the subject, or the scope of the key. */
  readonly rights: { readonly names: CallerNames } | { readonly scope: KeyScope };
  /** The project of a key that is for a single project. */
  readonly project?: string;
  /** The limits of a key. */
  readonly limits?: TrafficLimits;
  /** The priority of a key's requests while they wait for a replica; `normal` for other callers. */
  readonly priority?: Priority;
}

/** The fields of a workload that decide who may call it. */
export type GuardedWorkload = Pick<Workload, 'access' | 'id' | 'isPublished' | 'project'>;

/**
 * Whether the caller may call the workload. The scope of a key counts, not the access lists of the workload: the key
 * was created by somebody who may change the workloads in that scope.
 */
export function grantsAccess({ rights }: Caller, workload: GuardedWorkload): boolean {
  const { access } = workload;
  if (access === undefined) return false;
  if (access === 'public') return true;
  if ('names' in rights) return mayCall(access, rights.names);
  const { projects, workloads } = rights.scope;
  return projects.has(workload.project) || workloads.has(workload.id);
}
