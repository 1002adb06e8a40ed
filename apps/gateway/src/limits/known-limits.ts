import type { FeedLimits, TrafficLimits } from '@tessera/contracts-internal/gateway';
import type { Caller } from '../access/caller';
import type { Workload } from '../routing/workload';
import type { Scope } from './ledger';

/** The limits of projects and workloads in the last snapshot of the API. They are kept while it cannot be reached. */
export class KnownLimits {
  private projects: ReadonlyMap<string, TrafficLimits> = new Map();
  private workloads: ReadonlyMap<string, TrafficLimits> = new Map();

  /** Replaces all limits. */
  update(limits: readonly FeedLimits[]): void {
    const given = limits.filter((one) => hasAny(one.limits));
    this.projects = new Map(
      given.flatMap((one) => (one.scope === 'project' ? [[one.name, one.limits]] : [])),
    );
    this.workloads = new Map(
      given.flatMap((one) => (one.scope === 'workload' ? [[one.id, one.limits]] : [])),
    );
  }

  /** The scopes whose limits the request counts against. */
  of(workload: Workload, caller: Caller | undefined): readonly Scope[] {
    const scopes: Scope[] = [];
    if (caller?.limits !== undefined && hasAny(caller.limits))
      scopes.push({ kind: 'key', id: caller.id, name: caller.name, limits: caller.limits });
    const ofProject = this.projects.get(workload.project);
    if (ofProject !== undefined)
      scopes.push({ kind: 'project', id: workload.project, name: workload.project, limits: ofProject });
    const ofWorkload = this.workloads.get(workload.id);
    if (ofWorkload !== undefined)
      scopes.push({ kind: 'workload', id: workload.id, name: workload.name, limits: ofWorkload });
    return scopes;
  }
}

const hasAny = (limits: TrafficLimits): boolean => Object.keys(limits).length > 0;
