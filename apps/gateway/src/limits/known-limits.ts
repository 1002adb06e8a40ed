import type { FeedLimits, TrafficLimits } from '@tessera/contracts-internal/gateway';
import type { Caller } from '../access/caller';
import type { Workload } from '../routing/workload';
import type { Scope } from './ledger';

/** Which limits a request counts against. They stay as last heard while the API does not answer. */
export class KnownLimits {
  private projects: ReadonlyMap<string, TrafficLimits> = new Map();
  private workloads: ReadonlyMap<string, TrafficLimits> = new Map();

  hear(limits: readonly FeedLimits[]): void {
    const given = limits.filter((one) => hasAny(one.limits));
    this.projects = new Map(
      given.flatMap((one) => (one.scope === 'project' ? [[one.name, one.limits]] : [])),
    );
    this.workloads = new Map(
      given.flatMap((one) => (one.scope === 'workload' ? [[one.id, one.limits]] : [])),
    );
  }

  /** The scopes that limit something. */
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
