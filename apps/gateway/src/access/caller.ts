import type { Priority, TrafficLimits } from '@tessera/contracts-internal/gateway';
import { mayCall, type CallerNames } from '@tessera/domain-workload/access';
import type { Workload } from '../routing/workload';

/** Which workloads a serving key opens. */
export interface KeyScope {
  /** Names of projects whose workloads it opens, all of them. */
  readonly projects: ReadonlySet<string>;
  /** Ids of further workloads that it opens. */
  readonly workloads: ReadonlySet<string>;
}

/** Whose accepted credential a request has. */
export interface Caller {
  readonly kind: 'user' | 'app' | 'key';
  /** Id of the subject; for a subject of another issuer `<issuer>|<sub>`; id of the key. */
  readonly id: string;
  /** Email, client id, or for whom the key is. */
  readonly name: string;
  /** How the lists of a workload may name the subject, or what the key opens. */
  readonly rights: { readonly names: CallerNames } | { readonly scope: KeyScope };
  /** Of a key for a single project: its name. */
  readonly project?: string;
  /** Of a key: the most it may ask for. */
  readonly limits?: TrafficLimits;
  /** Of a key: the class of its requests where they wait; `normal` for other callers. */
  readonly priority?: Priority;
}

/** What decides who may call an address of a workload. */
export type Guarded = Pick<Workload, 'access' | 'id' | 'isPublished' | 'project'>;

/**
 * Whether the workload is one that the caller may call. A key opens what it was made for, by somebody who may change the
 * workloads there, whatever their lists say.
 */
export function opens({ rights }: Caller, workload: Guarded): boolean {
  const { access } = workload;
  if (access === undefined) return false;
  if (access === 'public') return true;
  if ('names' in rights) return mayCall(access, rights.names);
  const { projects, workloads } = rights.scope;
  return projects.has(workload.project) || workloads.has(workload.id);
}
